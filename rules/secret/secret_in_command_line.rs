//! Passwords, tokens and keys in command lines.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::facts::secret::{self, Certainty};
use dockerfile::script::{Command, Dialect, StatementKind};
use dockerfile::source::Span;

use super::secret_securestring_plaintext::literal_value;
use super::{File, Secret, arguments, inside, place, text};
use crate::listing::{Listed, Listing};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-in-command-line",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("secret_in_command_line.md"),
    check,
};

/// What a script has to hold, so that it is worth a look. (An exec form is without blanks.)
#[rustfmt::skip]
const SIGNS: &[&str] = &[
    "_pat", "_sas", "accesssig", "bcp", "certutil", "cred", "curl", "exeuse", "key", "login", "netuse", "osql", "pass", "psexec",
    "pwd", "pword", "schtasks", "secret", "signtool", "sqlcmd", "token", "use ",
];

/// Looks for all of them at once: one after the other they would take longer than all else here. An automaton would be as
/// fast and take a tenth of the time of a start to build. There is none for some processors.
static FINDER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(SIGNS));

/// Whether a text in lower case has one of [`SIGNS`].
pub(super) fn has_sign(lower: &str) -> bool {
    match &*FINDER {
        Some(finder) => finder.find(lower).is_some(),
        None => SIGNS.iter().any(|sign| lower.contains(sign)),
    }
}

/// What a script has to hold that sets a variable in another way than by an assignment.
const SETTERS: [&str; 5] = ["env:", "itemproperty", "reg add", "setenvironmentvariable", "setx"];

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The secrets that commands are given.
pub(super) fn find(file: File) -> Vec<Secret> {
    let mut finder = Finder { document: file.document, found: Vec::new() };
    for script in file.suspects {
        let sets = SETTERS.iter().any(|setter| script.lower().contains(setter));
        for listed in &script.commands {
            finder.arguments(listed);
            if sets {
                finder.variables(listed.command, script.effects(listed.command));
            }
        }
        finder.assignments(script);
    }
    for text in file.scripts("@").map(|script| &script.run.script.text) {
        for range in text::address_secrets(text.text()) {
            finder.add(text.span(range.clone()), &text.text()[range], "this address holds a secret");
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

    fn arguments(&mut self, listed: &Listed) {
        for argument in arguments::secrets(listed) {
            self.add(inside(self.document, argument.word.span, &argument.text), &argument.text, &argument.what);
        }
    }

    /// `setx NAME x`, `[Environment]::SetEnvironmentVariable('NAME', 'x')`.
    fn variables(&mut self, command: &Command, effects: &[(Dialect, Effect)]) {
        for (_, effect) in effects {
            if let EffectKind::SetEnv { name, value: Some(value), .. } = &effect.kind
                && is_given(name, value)
            {
                self.add(place(self.document, command, value), value, &format!("`{name}` is given a secret"));
            }
        }
    }

    /// `$password = 'x'`, also in a hashtable.
    fn assignments(&mut self, script: &Listing) {
        for (_, statement) in script.statements() {
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
