//! Commands and expressions of PowerShell: cmdlets under all their names, members of .NET, programs.

mod cmdlets;
mod members;

use std::sync::LazyLock;

use super::arguments::texts;
use super::install::Started;
use super::posix::literal;
use super::{Effect, EffectContext, EffectKind, EnvHow, EnvScope, at, programs};
use crate::names::Names;
use crate::script::{Command, Dialect, Statement, Word};

/// The effects of a command or an expression.
pub(super) fn classify(command: &Command, dialect: Dialect, context: &EffectContext) -> Vec<Effect> {
    if let Some(expression) = &command.expression {
        return members::classify(expression, command);
    }
    let name = command.name.text.as_str();
    if let Some(cmdlet) = cmdlet(name, dialect) {
        return at(command.span, cmdlets::classify(cmdlet, &command.words, context));
    }
    at(command.span, programs::classify(name, &texts(&command.words), Started::ConsoleOnly, context))
}

/// Aliases and functions and what they stand for, and the cmdlets whose effect is known by their own names.
#[rustfmt::skip]
static CMDLETS: LazyLock<Names<&str>> = LazyLock::new(|| Names::new([
    ("ac", "add-content"), ("add-windowsfeature", "install-windowsfeature"), ("cd", "set-location"), ("chdir", "set-location"),
    ("copy", "copy-item"), ("cp", "copy-item"), ("cpi", "copy-item"), ("del", "remove-item"), ("echo", "write-output"),
    ("erase", "remove-item"), ("irm", "invoke-restmethod"), ("iwr", "invoke-webrequest"), ("md", "mkdir"), ("mi", "move-item"),
    ("mkdir", "mkdir"), ("move", "move-item"), ("mv", "move-item"), ("ni", "new-item"), ("nmo", "new-module"),
    ("pushd", "push-location"), ("rd", "remove-item"), ("ren", "rename-item"), ("ri", "remove-item"), ("rm", "remove-item"),
    ("rmdir", "remove-item"), ("rni", "rename-item"), ("saps", "start-process"), ("sasv", "start-service"), ("si", "set-item"),
    ("sl", "set-location"), ("sleep", "start-sleep"), ("sp", "set-itemproperty"), ("start", "start-process"), ("tee", "tee-object"),
    ("write", "write-output"),
]
.into_iter().chain(cmdlets::KNOWN.iter().map(|&name| (name, name)))));

/// Aliases that only Windows PowerShell has.
static ALIASES_OF_5: LazyLock<Names<&str>> =
    LazyLock::new(|| Names::new([("curl", "invoke-webrequest"), ("sc", "set-content"), ("wget", "invoke-webrequest")]));

/// The cmdlet that a name means, in lower case, when its effect is known.
fn cmdlet(name: &str, dialect: Dialect) -> Option<&'static str> {
    let name = memchr::memrchr(b'\\', name.as_bytes()).map_or(name, |last| &name[last + 1..]);
    let old = || ALIASES_OF_5.get(name).filter(|_| dialect == Dialect::WindowsPowerShell);
    CMDLETS.get(name).or_else(old)
}

/// Whether a command is `Start-Process`, which does not wait for what it starts even in a pipeline.
pub(super) fn is_start_process(command: &Command, dialect: Dialect) -> bool {
    command.expression.is_none() && cmdlet(&command.name.text, dialect) == Some("start-process")
}

/// `$env:X = ...`.
pub(super) fn assignment(target: &Word, value: &[Statement]) -> Option<EffectKind> {
    let name = target.text.trim().trim_start_matches('$');
    let name = name.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(name);
    let (scope, name) = name.split_once(':')?;
    let name = name.to_owned();
    let how = EnvHow::EnvDrive;
    scope.eq_ignore_ascii_case("env").then(|| EffectKind::SetEnv {
        name,
        value: literal(value),
        scope: EnvScope::Process,
        how,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_mean_known_cmdlets() {
        assert!(cmdlets::KNOWN.is_sorted());
        assert_eq!(cmdlet("curl", Dialect::WindowsPowerShell), Some("invoke-webrequest"));
        assert_eq!(cmdlet("curl", Dialect::PowerShell), None);
        assert_eq!(
            cmdlet("Microsoft.PowerShell.Utility\\Invoke-WebRequest", Dialect::PowerShell),
            Some("invoke-webrequest")
        );
    }
}
