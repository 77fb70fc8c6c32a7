//! What the linter says before anything is pulled: findings that would break the build end it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use dockerfile::diagnostic::{Diagnostic, Severity};
use dockerfile::ignorefile::IgnoreFile;
use dockerfile::render::{self, Style};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::{IgnoreList, RULES, Settings};
use toml::{Table, Value};

use crate::args::{Lint, SourceArgs};
use crate::context;
use crate::failure::{Exit, Failure};
use crate::progress::counted;

use super::input::Input;

/// The name of the linter's configuration.
const CONFIGURATION: &str = "wlint.toml";

/// How many configurations may extend one another.
const MAX_EXTENDED: usize = 16;

/// Prints what the linter finds at error severity to standard error, unless that is switched off.
///
/// # Errors
/// When it finds any: the build would fail, hang, or give another image than the file says.
pub fn lint(input: &Input, args: &SourceArgs, style: Style) -> Result<(), Failure> {
    if args.lint == Lint::Off {
        return Ok(());
    }
    let mut found = rules::check(&input.document, &settings(args)?);
    found.retain(|diagnostic| diagnostic.severity == Severity::Error && is_in_the_way(diagnostic));
    if found.is_empty() {
        return Ok(());
    }
    let mut out = String::new();
    for diagnostic in &found {
        render::text(&mut out, &input.path, &input.document.source, diagnostic, style);
        out.push('\n');
    }
    // A closed standard error has no reader to tell.
    let _ = io::stderr().write_all(out.as_bytes());
    let count = counted(found.len(), "error");
    let file = if input.path == "-" { "the Dockerfile on standard input" } else { input.path.as_str() };
    let cause = format!("{file} has {count} that would break the build");
    Err(Failure::new(Exit::Dockerfile, cause).help("mend what is wrong, or go on with --lint off"))
}

/// What is wrong with such files is what they build, not that they do not: `wlint check` gates them.
const BUILDS_ALL_THE_SAME: [&str; 3] = ["base-eol", "cert-validation-disabled", "iex-download"];

/// Whether a build fails, hangs or comes to something else for it.
fn is_in_the_way(diagnostic: &Diagnostic) -> bool {
    let leaks = diagnostic.group == "secret" && diagnostic.rule != "secret-mount-on-windows";
    !leaks && !BUILDS_ALL_THE_SAME.contains(&diagnostic.rule)
}

/// What the rules are told: this day, the ignore file of the build, and what the `wlint.toml` next to the Dockerfile or
/// above it ignores.
fn settings(args: &SourceArgs) -> Result<Settings, Failure> {
    let file = match args.file.as_deref() {
        Some(file) if file == Path::new("-") => None,
        Some(file) => Some(file.to_owned()),
        None => Some(args.context.join("Dockerfile")),
    };
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let number = |part: i8| u8::try_from(part).expect("months and days count from 1");
    let today =
        rules::Date { year: today.year().unsigned_abs(), month: number(today.month()), day: number(today.day()) };
    let mut settings = Settings { today, ..Settings::default() };
    // A context that cannot be read is the build's to tell.
    if let Ok((list, _)) = context::ignore_file(&args.context, file.as_deref()) {
        let own = file.as_ref().map(|file| format!("{}.dockerignore", file.display()));
        let is_own = own.as_ref().is_some_and(|own| Path::new(own).is_file());
        let name = own.filter(|_| is_own).unwrap_or_else(|| ".dockerignore".to_owned());
        settings.ignore_list = Some(Arc::new(IgnoreList { name, is_own, file: list }));
    }
    if let Some(file) = file {
        let whole = std::path::absolute(&file).unwrap_or(file);
        if let Some(path) =
            whole.ancestors().skip(1).map(|folder| folder.join(CONFIGURATION)).find(|path| path.is_file())
        {
            configure(&mut settings, &path, &whole, MAX_EXTENDED)?;
        }
    }
    Ok(settings)
}

/// Takes over what a configuration says of severities, and which rules it ignores in this file. `wlint` judges the rest of
/// it, and names the places of its mistakes.
fn configure(settings: &mut Settings, path: &Path, file: &Path, left: usize) -> Result<(), Failure> {
    let fault = |why: String| {
        Failure::new(Exit::Usage, format!("{}: {why}", path.display()))
            .help("wlint check says where, or go on with --lint off")
    };
    let text = fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| fault(error.message().to_owned()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for name in texts(table.get("extends")) {
        if left == 0 {
            return Err(fault("configurations extend one another without an end".to_owned()));
        }
        configure(settings, &folder.join(name), file, left - 1)?;
    }
    if let Some(Value::Table(severities)) = table.get("severity") {
        // A rule counts more than its group.
        for by_rule in [false, true] {
            for (name, severity) in severities.iter().filter(|(name, _)| rules::rule(name).is_some() == by_rule) {
                let severity = severity.as_str().unwrap_or_default();
                each(settings, name, |own| *own = severity_of(severity, *own));
            }
        }
    }
    for name in texts(table.get("ignore")) {
        each(settings, &name, |severity| *severity = None);
    }
    if let Some(Value::Table(files)) = table.get("per-file-ignores") {
        let inside = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
        for (pattern, names) in files.iter().filter(|(pattern, _)| fits(pattern, &inside)) {
            tracing::debug!("{pattern} holds for {inside}");
            texts(Some(names)).iter().for_each(|name| each(settings, name, |severity| *severity = None));
        }
    }
    Ok(())
}

/// A text, or several.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Changes the severity of a rule, or of all rules of a group.
fn each(settings: &mut Settings, name: &str, mut change: impl FnMut(&mut Option<Severity>)) {
    let own =
        RULES.iter().zip(&mut settings.severities).filter(|(rule, _)| rule.id == name || rule.group.name() == name);
    own.for_each(|(_, severity)| change(severity));
}

fn severity_of(name: &str, own: Option<Severity>) -> Option<Severity> {
    match name {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        "style" => Some(Severity::Style),
        "off" => None,
        _ => own,
    }
}

/// Whether a pattern of `per-file-ignores` fits: without a slash the name of a file in any folder, else the path.
fn fits(pattern: &str, inside: &str) -> bool {
    let pattern = if pattern.contains('/') { pattern.to_owned() } else { format!("**/{pattern}") };
    IgnoreFile::parse(&pattern).matches(inside)
}

#[cfg(test)]
mod tests {
    use dockerfile::document::{Builder, Document};
    use dockerfile::source::Source;

    use super::*;

    #[test]
    fn only_what_breaks_a_build_stops_it() {
        for (from, goes_on) in [
            ("mcr.microsoft.com/windows/servercore:20H2\nENV PASSWORD=hunter22", true),
            ("mcr.microsoft.com/windows/servercore", false),
        ] {
            let document = Document::new(Source::new(format!("FROM {from}\n").into_bytes()), Builder::Any);
            let found = rules::check(&document, &rules::Settings::default());
            let mut errors = found.iter().filter(|found| found.severity == Severity::Error).peekable();
            assert!(errors.peek().is_some(), "{from}: the linter finds errors");
            assert_eq!(errors.all(|error| !is_in_the_way(error)), goes_on, "{from}");
        }
    }

    /// The severity that a rule has under a configuration in a folder above the Dockerfile.
    fn configured(text: &str, rule: &str) -> Result<Option<Severity>, Failure> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("base.toml"), "ignore = ['base-eol']").unwrap();
        fs::write(folder.path().join(CONFIGURATION), text).unwrap();
        let path = folder.path().join("app").join("web.Dockerfile");
        let mut settings = Settings::default();
        configure(&mut settings, &folder.path().join(CONFIGURATION), &path, 2)?;
        Ok(settings.severities[RULES.iter().position(|own| own.id == rule).unwrap()])
    }

    #[test]
    fn what_the_linters_configuration_ignores_stops_no_build() {
        for (text, expected) in [
            ("", Some(Severity::Error)),
            ("ignore = ['base-untagged']", None),
            ("ignore = ['base-image']", None),
            ("[severity]\nbase-untagged = 'warning'\nbase-image = 'off'", Some(Severity::Warning)),
            ("[per-file-ignores]\n'*.Dockerfile' = ['base-untagged']", None),
            ("[per-file-ignores]\n'app/*' = 'base-untagged'", None),
            ("[per-file-ignores]\n'other/*' = ['base-untagged']", Some(Severity::Error)),
        ] {
            assert_eq!(configured(text, "base-untagged").unwrap(), expected, "{text}");
        }
        assert_eq!(configured("extends = 'base.toml'", "base-eol").unwrap(), None);
        assert!(
            configured("extends = 'wlint.toml'", "base-eol").unwrap_err().cause.to_string().contains("without an end")
        );
        assert!(configured("ignore = [", "base-eol").unwrap_err().cause.to_string().contains("wlint.toml"));
    }
}
