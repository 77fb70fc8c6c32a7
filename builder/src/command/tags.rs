//! `wbuild tags`.

use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};

use serde_json::json;

use super::print;
use crate::args::{Tags, TagsFormat};
use crate::failure::{Exit, Failure};
use crate::image::Digest;
use crate::tag::{self, Names, Options};

/// Shows the tags of the commit.
///
/// # Errors
/// When there is no repository, a tag cannot be told for sure, or the result cannot be written.
pub fn run(args: &Tags) -> Result<Exit, Failure> {
    let options = Options {
        os_versions: args.os_version.clone(),
        allow_dirty: args.allow_dirty,
        no_floats: args.no_floats,
        zero_major: args.zero_major,
    };
    let variable = |name: &str| env::var(name).ok();
    let names = tag::for_repository(&args.folder, &args.path, &options, &variable)?;
    for note in &names.decision.notes {
        // A closed standard error has no reader to tell.
        let _ = writeln!(io::stderr(), "wbuild: note: {note}");
    }
    match args.format {
        TagsFormat::Text => print(&lines(&names)),
        TagsFormat::Json => print(&format!("{:#}\n", json(&names))),
        TagsFormat::GitHub => write_outputs(&outputs(&names), env::var_os("GITHUB_OUTPUT")),
    }
}

fn lines(names: &Names) -> String {
    names.decision.tags.iter().map(|tag| format!("{}\n", tag.tag)).collect()
}

fn json(names: &Names) -> serde_json::Value {
    let tags = names.decision.tags.iter().map(|tag| {
        let mut value = json!({"tag": tag.tag, "kind": tag.kind.name()});
        if let Some(os_version) = &tag.os_version {
            value["os_version"] = json!(os_version);
        }
        value
    });
    json!({
        "tags": tags.collect::<Vec<_>>(),
        "labels": names.labels,
        "annotations": names.labels,
        "version": names.decision.version,
        "next": names.decision.next,
        "notes": names.decision.notes,
    })
}

/// What a step of GitHub Actions gives to the steps behind it.
fn outputs(names: &Names) -> String {
    let labels: String = names.labels.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let mut text = String::new();
    for (name, value) in [("tags", lines(names)), ("labels", labels.clone()), ("annotations", labels)] {
        // No value can hold the digest of itself.
        let end = format!("end-{}", Digest::of(value.as_bytes()).short());
        text.push_str(&format!("{name}<<{end}\n{value}{end}\n"));
    }
    text.push_str(&format!("version={}\n", names.decision.version));
    text.push_str(&format!("next={}\n", names.decision.next.as_deref().unwrap_or_default()));
    text.push_str(&format!("json={}\n", json(names)));
    text
}

/// Writes behind what the file of the step's outputs has, or shows it outside GitHub Actions.
fn write_outputs(text: &str, file: Option<std::ffi::OsString>) -> Result<Exit, Failure> {
    let Some(path) = file.filter(|path| !path.is_empty()) else { return print(text) };
    let written =
        OpenOptions::new().append(true).create(true).open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(Exit::Ok),
        Err(error) => Err(Failure::new(Exit::Usage, format!("{} cannot be written: {error}", path.display()))
            .help("GITHUB_OUTPUT names the file; without it the outputs are shown")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::{Decision, Kind, Tag};

    fn names() -> Names {
        let tag =
            |tag: &str, kind, os: Option<&str>| Tag { tag: tag.to_owned(), kind, os_version: os.map(str::to_owned) };
        let tags = vec![tag("1.2.3", Kind::Version, None), tag("latest-ltsc2022", Kind::Float, Some("ltsc2022"))];
        let decision = Decision { tags, version: "1.2.3".to_owned(), next: None, notes: Vec::new() };
        Names { decision, labels: [("org.opencontainers.image.version".to_owned(), "1.2.3".to_owned())].into() }
    }

    #[test]
    fn json_names_tags_with_their_kinds_and_labels() {
        let value = json(&names());
        assert_eq!(value["tags"][0], json!({"tag": "1.2.3", "kind": "version"}));
        assert_eq!(value["tags"][1], json!({"tag": "latest-ltsc2022", "kind": "float", "os_version": "ltsc2022"}));
        assert_eq!(value["labels"], json!({"org.opencontainers.image.version": "1.2.3"}));
    }

    #[test]
    fn outputs_are_added_to_the_file_of_the_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        std::fs::write(&path, "earlier=1\n").unwrap();
        write_outputs(&outputs(&names()), Some(path.clone().into_os_string())).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let end = text.lines().nth(1).unwrap().strip_prefix("tags<<").unwrap();
        assert!(
            text.starts_with(&format!("earlier=1\ntags<<{end}\n1.2.3\nlatest-ltsc2022\n{end}\nlabels<<")),
            "{text}"
        );
        assert!(text.contains("\nversion=1.2.3\nnext=\njson={"), "{text}");
    }
}
