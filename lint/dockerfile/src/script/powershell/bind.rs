//! Which parameter each word of a command goes to, as PowerShell's parameter binder decides.

use crate::facts::cmdlets::{Cmdlet, Parameter, cmdlet, common};
use crate::script::{Command, Dialect, Quote, Word};

/// A command that is a known cmdlet, with its words bound.
#[derive(Clone, Debug)]
pub struct Bound<'a> {
    /// The cmdlet.
    pub cmdlet: &'static Cmdlet,
    /// The parameters by their full names, each with its value; switches have none unless `-Name:value` gave one.
    pub parameters: Vec<(&'static str, Option<&'a Word>)>,
    /// The words that no parameter took.
    pub positional: Vec<&'a Word>,
    /// Parameters that the tables do not know, or whose prefix fits several.
    pub unknown: Vec<&'a Word>,
    /// Whether a splatted variable (`@x`) may hold further parameters.
    pub splatted: bool,
}

impl<'a> Bound<'a> {
    /// The value of a parameter. With `-Name:value` it is the whole word, name included.
    pub fn value(&self, name: &str) -> Option<&'a Word> {
        self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).and_then(|(_, value)| *value)
    }

    /// The text of a parameter's value, `-Name:` taken off.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let word = self.value(name)?;
        Some(attached(word).map_or(word.text.as_str(), |(_, value)| value))
    }

    /// Whether a parameter is given: a switch that is not `$false`, or any other by name or position.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(known, value)| {
            let off = value.and_then(attached).is_some_and(|(_, value)| value.eq_ignore_ascii_case("$false"));
            known.eq_ignore_ascii_case(name) && !off
        })
    }
}

/// Binds the words of a command that names a known cmdlet or an alias of one.
pub fn bind(command: &Command, dialect: Dialect) -> Option<Bound<'_>> {
    if command.expression.is_some() || !dialect.is_powershell() {
        return None;
    }
    Some(bind_to(cmdlet(command.name.literal()?, dialect)?, command))
}

/// Binds the words of a command to the parameters of the cmdlet that it is.
pub fn bind_to<'a>(cmdlet: &'static Cmdlet, command: &'a Command) -> Bound<'a> {
    let parameters = Vec::with_capacity(command.words.len());
    let mut bound = Bound { cmdlet, parameters, positional: Vec::new(), unknown: Vec::new(), splatted: false };
    let mut loose = Vec::new();
    let mut words = command.words.iter().peekable();
    let mut only_values = false;
    while let Some(word) = words.next() {
        if !only_values && word.raw == "--" {
            only_values = true;
        } else if word.raw.starts_with('@') && word.variables.len() == 1 && word.statements.is_empty() {
            bound.splatted = true;
        } else if let Some(name) = parameter_name(word).filter(|_| !only_values) {
            let Some(parameter) = find(cmdlet, name) else {
                bound.unknown.push(word);
                continue;
            };
            let value = if attached(word).is_some() {
                Some(word)
            } else if parameter.switch {
                None
            } else {
                words.next_if(|next| parameter_name(next).is_none())
            };
            bound.parameters.push((parameter.name, value));
        } else {
            loose.push(word);
        }
    }
    bind_positions(&mut bound, loose);
    bound
}

/// Gives the words without a name to the parameters with a position that are still free.
fn bind_positions<'a>(bound: &mut Bound<'a>, loose: Vec<&'a Word>) {
    if loose.is_empty() {
        return;
    }
    let mut free: Vec<&'static Parameter> = bound
        .cmdlet
        .parameters
        .iter()
        .filter(|parameter| parameter.position.is_some())
        .filter(|parameter| !bound.parameters.iter().any(|(name, _)| *name == parameter.name))
        .collect();
    free.sort_by_key(|parameter| parameter.position);
    let mut free = free.into_iter();
    for word in loose {
        match free.next() {
            Some(parameter) => bound.parameters.push((parameter.name, Some(word))),
            None => bound.positional.push(word),
        }
    }
}

/// The name in `-Name` or `-Name:value`; quoted words and negative numbers are values.
fn parameter_name(word: &Word) -> Option<&str> {
    if word.quote != Quote::None {
        return None;
    }
    // Most words begin with neither, and that a byte tells.
    if !matches!(word.raw.as_bytes().first(), Some(b'-' | 0xE2)) {
        return None;
    }
    let rest = word.raw.strip_prefix(['-', '\u{2013}', '\u{2014}', '\u{2015}'])?;
    let name = rest.split_once(':').map_or(rest, |(name, _)| name);
    name.starts_with(|char: char| char.is_alphabetic() || matches!(char, '_' | '?')).then_some(name)
}

fn attached(word: &Word) -> Option<(&str, &str)> {
    parameter_name(word)?;
    let (name, value) = word.text.split_once(':')?;
    (!value.is_empty()).then_some((name, value))
}

/// The parameter of a name, an alias or a prefix that fits one only; the cmdlet's own go before the common ones.
fn find(cmdlet: &'static Cmdlet, name: &str) -> Option<&'static Parameter> {
    let all = || cmdlet.parameters.iter().chain(common());
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let exact = all().find(|parameter| is(parameter.name) || parameter.aliases.iter().any(|alias| is(alias)));
    exact.or_else(|| only(&cmdlet.parameters, name)).or_else(|| {
        let own = cmdlet.parameters.iter().any(|parameter| fits(parameter, name));
        if own { None } else { only(common(), name) }
    })
}

fn only(parameters: &'static [Parameter], prefix: &str) -> Option<&'static Parameter> {
    let mut fitting = parameters.iter().filter(|parameter| fits(parameter, prefix));
    fitting.next().filter(|_| fitting.next().is_none())
}

fn fits(parameter: &Parameter, prefix: &str) -> bool {
    let begins = |name: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    begins(parameter.name) || parameter.aliases.iter().any(|alias| begins(alias))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::powershell::parse;
    use crate::splice::Spliced;

    #[test]
    fn parameters_are_bound() {
        let of = |text: &str, dialect, check: &dyn Fn(&Bound<'_>)| {
            let script = parse(Spliced::verbatim(text, 0), dialect, 0);
            check(&bind(script.own_commands()[0], dialect).expect(text));
        };
        let old = Dialect::WindowsPowerShell;
        of("iwr https://x -UseB -Out 'a b'", old, &|bound| {
            assert_eq!(bound.cmdlet.name, "Invoke-WebRequest");
            assert_eq!(bound.text("Uri"), Some("https://x"));
            assert_eq!(bound.text("outfile"), Some("a b"));
            assert!(bound.has("UseBasicParsing") && !bound.has("PassThru"));
        });
        of("curl -fsSL https://x -o y", old, &|bound| {
            assert_eq!(bound.unknown.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["-fsSL"]);
            assert_eq!(bound.text("OutFile"), Some("y"), "an own parameter goes before the common ones");
        });
        of("saps a.exe -Wait:$false -Arg '/S','/q'", old, &|bound| {
            assert!(!bound.has("Wait") && bound.has("ArgumentList"));
            assert_eq!(bound.text("FilePath"), Some("a.exe"));
        });
        of("Start-Process -Wait msiexec '/i x'", old, &|bound| {
            assert_eq!((bound.text("FilePath"), bound.text("ArgumentList")), (Some("msiexec"), Some("/i x")));
        });
        of("rm -r -fo C:\\a C:\\b -ea 0", Dialect::PowerShell, &|bound| {
            assert!(bound.has("Recurse") && bound.has("Force"));
            assert_eq!((bound.text("Path"), bound.text("ErrorAction")), (Some("C:\\a"), Some("0")));
            assert_eq!(bound.positional.len(), 1);
        });
        of("Copy-Item -Destination:C:\\y @more -Path '-x'", old, &|bound| {
            assert_eq!((bound.text("Destination"), bound.text("Path")), (Some("C:\\y"), Some("-x")));
            assert!(bound.splatted);
        });
        of("Start-Sleep -1", old, &|bound| assert_eq!(bound.text("Seconds"), Some("-1")));
        let none = parse(Spliced::verbatim("curl.exe x; $x; msbuild", 0), old, 0);
        assert!(none.own_commands().iter().all(|command| bind(command, old).is_none()));
    }
}
