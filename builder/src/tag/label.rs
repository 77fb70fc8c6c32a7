//! The labels of the OCI image specification, from what is known of the repository.

use std::collections::BTreeMap;

use super::facts::{Facts, Run};

/// Labels and annotations: the same names and values serve as both.
pub type Labels = BTreeMap<String, String>;

/// The labels of an image of that version.
pub fn labels(facts: &Facts, run: &Run, version: &str) -> Labels {
    let mut labels = Labels::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            labels.insert(format!("org.opencontainers.image.{name}"), value);
        }
    };
    let address = run.url.as_deref().or(facts.origin.as_deref()).and_then(address);
    put("title", address.as_deref().and_then(|address| address.rsplit('/').next()).map(str::to_owned));
    put("url", address.clone());
    put("source", address);
    put("version", Some(version.to_owned()));
    put("revision", Some(facts.commit.clone()));
    put("created", jiff::Timestamp::from_second(facts.time).ok().map(|time| time.to_string()));
    put("licenses", facts.license.clone());
    labels
}

/// Where people find a repository, from its address for git. What could be a login is not in it.
fn address(origin: &str) -> Option<String> {
    let origin = origin.trim().trim_end_matches('/');
    let path = match origin.split_once("://") {
        Some(("http" | "https" | "ssh" | "git", rest)) => {
            let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
            let (host, path) = rest.split_once('/')?;
            // The port of ssh is not that of the pages.
            let host = if origin.starts_with("http") { host } else { host.split(':').next()? };
            format!("{host}/{path}")
        }
        Some(_) => return None,
        // git@host:path, as ssh has it; not C:\path.
        None => {
            let (host, path) = origin.split_once(':')?;
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            if host.len() < 2 || host.contains(['/', '\\']) {
                return None;
            }
            format!("{host}/{}", path.trim_start_matches('/'))
        }
    };
    let scheme = if origin.starts_with("http://") { "http" } else { "https" };
    Some(format!("{scheme}://{}", path.strip_suffix(".git").unwrap_or(&path)))
}

/// The licence that a text is, in SPDX's words. Only what a title or a first line leaves no doubt about.
pub fn license(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split_whitespace().take(60).collect();
    let beginning = words.join(" ").to_lowercase();
    let has = |part: &str| beginning.contains(part);
    match () {
        () if has("apache license version 2.0") => Some("Apache-2.0"),
        () if has("mozilla public license") && has("version 2.0") => Some("MPL-2.0"),
        () if beginning.starts_with("mit license") || has("permission is hereby granted, free of charge") => {
            Some("MIT")
        }
        () if beginning.starts_with("isc license") => Some("ISC"),
        () if beginning.starts_with("bsd 3-clause license") => Some("BSD-3-Clause"),
        () if beginning.starts_with("bsd 2-clause license") => Some("BSD-2-Clause"),
        () if beginning.starts_with("the unlicense") || has("free and unencumbered software") => Some("Unlicense"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_for_git_become_addresses_for_people() {
        for (origin, expected) in [
            ("https://github.com/a/b.git", Some("https://github.com/a/b")),
            ("https://user:token@github.com/a/b", Some("https://github.com/a/b")),
            ("https://token@dev.azure.com/o/p/_git/r", Some("https://dev.azure.com/o/p/_git/r")),
            ("http://git.lan:3000/a/b/", Some("http://git.lan:3000/a/b")),
            ("git@github.com:a/b.git", Some("https://github.com/a/b")),
            ("ssh://git@git.lan:2222/a/b.git", Some("https://git.lan/a/b")),
            ("host:a/b", Some("https://host/a/b")),
            ("/srv/git/b.git", None),
            ("C:\\git\\b", None),
            ("C:/git/b", None),
            ("../b", None),
            ("file:///srv/b", None),
        ] {
            assert_eq!(address(origin).as_deref(), expected, "{origin}");
        }
    }

    #[test]
    fn labels_say_where_an_image_is_from() {
        let facts = Facts {
            commit: "0123abc".to_owned(),
            time: 1_700_000_000,
            origin: Some("https://x:secret@r.example/team/app.git".to_owned()),
            license: Some("MIT".to_owned()),
            ..Facts::default()
        };
        let labels = labels(&facts, &Run::default(), "1.2.3");
        let text = format!("{labels:?}").replace("org.opencontainers.image.", "");
        assert_eq!(
            text,
            "{\"created\": \"2023-11-14T22:13:20Z\", \"licenses\": \"MIT\", \"revision\": \"0123abc\", \
             \"source\": \"https://r.example/team/app\", \"title\": \"app\", \"url\": \"https://r.example/team/app\", \
             \"version\": \"1.2.3\"}"
        );
    }

    #[test]
    fn a_licence_is_named_only_without_doubt() {
        assert_eq!(license("MIT License\n\nCopyright"), Some("MIT"));
        assert_eq!(license("   Apache License\n   Version 2.0, January 2004"), Some("Apache-2.0"));
        assert_eq!(license("Copyright me. All rights reserved."), None);
    }
}
