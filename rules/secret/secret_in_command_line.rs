//! Passwords, tokens and keys in command lines.

use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::effect::{EffectContext, EffectKind, classify};
use dockerfile::facts::secret::{self, Certainty};
use dockerfile::script::{Command, Dialect, Script, StatementKind};
use dockerfile::source::Span;

use super::secret_securestring_plaintext::literal_value;
use super::{Secret, arguments, inside, place, scripts, text};
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-in-command-line",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("secret_in_command_line.md"),
    check,
};

/// What a script has to hold, so that it is worth a look.
#[rustfmt::skip]
const SIGNS: &[&str] = &[
    "bcp", "certutil", "cred", "curl", "key", "login", "osql", "pass", "pat", "psexec", "pwd", "pword", "sas", "schtasks",
    "secret", "signtool", "sqlcmd", "token", "use", "://",
];

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The secrets that commands are given.
pub(super) fn find(document: &Document) -> Vec<Secret> {
    let mut finder = Finder { document, found: Vec::new() };
    for script in scripts(document, SIGNS) {
        script.commands().into_iter().for_each(|(dialect, command)| finder.command(command, dialect));
        finder.assignments(script);
        for range in text::address_secrets(script.text.text()) {
            finder.add(script.text.span(range.clone()), &script.text.text()[range], "this address holds a secret");
        }
    }
    finder.found
}

struct Finder<'a> {
    document: &'a Document,
    found: Vec<Secret>,
}

impl Finder<'_> {
    fn add(&mut self, span: Span, text: &str, what: &str) {
        self.found.push(Secret {
            rule: RULE.id,
            span,
            text: text.to_owned(),
            message: format!("{what}, which the history of the image keeps"),
            help: "take it from a secret mount: `RUN --mount=type=secret,id=NAME,env=NAME`, or do this outside of the build"
                .into(),
        });
    }

    fn command(&mut self, command: &Command, dialect: Dialect) {
        for argument in arguments::secrets(command) {
            self.add(inside(self.document, argument.word.span, &argument.text), &argument.text, &argument.what);
        }
        for effect in classify(command, dialect, &EffectContext::default()) {
            if let EffectKind::SetEnv { name, value: Some(value), .. } = effect.kind
                && is_given(&name, &value)
            {
                self.add(place(self.document, command, &value), &value, &format!("`{name}` is given a secret"));
            }
        }
    }

    /// `$password = 'x'`, also in a hashtable.
    fn assignments(&mut self, script: &Script) {
        for (_, statement) in script.all_statements() {
            let StatementKind::Assignment { target, value, .. } = &statement.kind else { continue };
            let Some(word) = literal_value(value).filter(|word| is_given(&target.text, &word.text)) else { continue };
            let what = format!("`{}` is given a secret", target.text);
            self.add(inside(self.document, word.span, &word.text), &word.text, &what);
        }
    }
}

fn is_given(name: &str, value: &str) -> bool {
    secret::name(name) == Some(Certainty::Sure) && secret::value(value)
}
