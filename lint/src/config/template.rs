//! The configuration that `wlint init` writes: everything that can be said, in comments.

use std::fmt::Write;

use super::keys::{KEYS, Key, OPTIONS};

const HEAD: &str = "\
# Settings of wlint: https://toml.io. The nearest wlint.toml upward from a Dockerfile holds for it.
# What stands here in comments is an example of what can be set.
";

/// The text of a new configuration.
pub fn template() -> String {
    let mut out = String::from(HEAD);
    let (tables, values): (Vec<&Key>, Vec<&Key>) =
        KEYS.iter().filter(|key| key.table.is_empty()).partition(|key| key.kind.is_table());
    values.iter().for_each(|key| value(&mut out, key));
    tables.iter().for_each(|key| table(&mut out, key.name, key));
    let (tables, values): (Vec<&Key>, Vec<&Key>) =
        KEYS.iter().filter(|key| key.table == OPTIONS).partition(|key| key.kind.is_table());
    let _ = writeln!(out, "\n[{OPTIONS}]");
    values.iter().for_each(|key| value(&mut out, key));
    tables.iter().for_each(|key| table(&mut out, &format!("{OPTIONS}.{}", key.name), key));
    out
}

fn value(out: &mut String, key: &Key) {
    out.push('\n');
    comment(out, key.about);
    let _ = writeln!(out, "# {} = {}", key.name, key.example);
}

fn table(out: &mut String, name: &str, key: &Key) {
    out.push('\n');
    comment(out, key.about);
    let _ = writeln!(out, "[{name}]");
    key.example.lines().for_each(|line| {
        let _ = writeln!(out, "# {line}");
    });
}

/// Text in comments of at most 100 columns.
pub fn comment(out: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split(' ') {
        if line.len() + 1 + word.len() > 100 {
            let _ = writeln!(out, "{line}");
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}");
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn the_template_can_be_read_with_and_without_its_examples() {
        let text = template();
        assert_eq!(read::read(&text).faults, []);
        let is_example = |line: &str| {
            let rest = line.strip_prefix("# ").unwrap_or_default();
            rest.contains(" = ") && rest.starts_with(|char: char| char == '"' || char.is_ascii_lowercase())
        };
        let awake: Vec<&str> = text.lines().map(|line| if is_example(line) { &line[2..] } else { line }).collect();
        let read = read::read(&awake.join("\n"));
        assert_eq!(read.faults, [], "{}", awake.join("\n"));
        let policy = read.layer.options.policy();
        assert_eq!((read.extends.len(), read.layer.files.len(), policy.hosts.len()), (1, 2, 1));
        assert!(policy.require_reason && policy.only_required_labels && policy.required_labels.len() == 2);
    }
}
