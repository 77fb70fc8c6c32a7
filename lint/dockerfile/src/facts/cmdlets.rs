//! The cmdlets that matter in Dockerfiles: their aliases and parameters, for Windows PowerShell 5.1 and PowerShell 7.

use std::sync::LazyLock;

use crate::names::Names;
use crate::script::Dialect;

/// A cmdlet.
#[derive(Debug, PartialEq, Eq)]
pub struct Cmdlet {
    /// Its full name.
    pub name: &'static str,
    /// Its aliases, without those that only Windows PowerShell has.
    pub aliases: Vec<&'static str>,
    /// The aliases that only Windows PowerShell has.
    pub old_aliases: Vec<&'static str>,
    /// Its own parameters; [`common`] gives those that all have.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a cmdlet.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its full name.
    pub name: &'static str,
    /// Other names.
    pub aliases: Vec<&'static str>,
    /// Whether it takes no value.
    pub switch: bool,
    /// The place among the words without a name that it takes.
    pub position: Option<u8>,
}

const COMMON: &str = "Verbose!/vb Debug!/db ErrorAction/ea WarningAction/wa InformationAction/infa ProgressAction/proga \
     ErrorVariable/ev WarningVariable/wv InformationVariable/iv OutVariable/ov OutBuffer/ob PipelineVariable/pv \
     WhatIf!/wi Confirm!/cf";

static CMDLETS: LazyLock<Vec<Cmdlet>> = LazyLock::new(|| read(include_str!("cmdlets.txt")));

/// What a name that leads to a cmdlet is.
#[derive(Clone, Copy)]
struct Name {
    /// It is an alias.
    is_alias: bool,
    /// Only Windows PowerShell has it.
    is_old: bool,
    cmdlet: &'static Cmdlet,
}

/// All names. Every command of PowerShell is looked up, so that a walk over all of them would take its time.
static NAMES: LazyLock<Names<Name>> = LazyLock::new(|| {
    let names = CMDLETS.iter().flat_map(|cmdlet| {
        let name = move |is_alias, is_old| Name { is_alias, is_old, cmdlet };
        let both = cmdlet.aliases.iter().map(move |&alias| (alias, name(true, false)));
        let old = cmdlet.old_aliases.iter().map(move |&alias| (alias, name(true, true)));
        std::iter::once((cmdlet.name, name(false, false))).chain(both).chain(old)
    });
    Names::new(names)
});

/// The cmdlet of a name or an alias, whatever its case. A file's name (`curl.exe`) is no alias; a module may stand
/// before the name (`BitsTransfer\Start-BitsTransfer`).
pub fn cmdlet(name: &str, dialect: Dialect) -> Option<&'static Cmdlet> {
    if !dialect.is_powershell() {
        return None;
    }
    let old = dialect == Dialect::WindowsPowerShell;
    if let Some(end) = memchr::memchr(b'\\', name.as_bytes()) {
        let (module, name) = (&name[..end], &name[end + 1..]);
        let in_module = !module.is_empty() && module.chars().all(|char| char.is_ascii_alphanumeric() || char == '.');
        return NAMES.all(name).find(|name| in_module && !name.is_alias).map(|name| name.cmdlet);
    }
    NAMES.all(name).find(|name| old || !name.is_old).map(|name| name.cmdlet)
}

/// The verbs that PowerShell approves and scripts use, in lower case.
const VERBS: &str = "add assert build checkpoint clear compare complete compress convert convertfrom convertto copy \
     debug disable disconnect dismount enable enter exit expand export find foreach format get grant group hide import \
     initialize install invoke join limit lock measure merge mount move new open optimize out ping pop protect publish \
     push read receive register remove rename repair request reset resize resolve restart restore resume revoke save \
     search select send set show sort split start stop submit suspend switch sync tee test trace unblock undo uninstall \
     unlock unprotect unpublish unregister update use wait where write";

/// Whether a name is made as the names of cmdlets are: a verb of theirs, a dash and a noun (`Expand-Archive`).
pub fn is_cmdlet_name(name: &str) -> bool {
    let Some((verb, noun)) = name.split_once('-') else { return false };
    let verb = verb.to_ascii_lowercase();
    noun.len() > 1
        && noun.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && noun.starts_with(|char: char| char.is_ascii_alphabetic())
        && VERBS.split_ascii_whitespace().any(|known| known == verb)
}

/// The parameters that every cmdlet has.
pub fn common() -> &'static [Parameter] {
    static PARAMETERS: LazyLock<Vec<Parameter>> =
        LazyLock::new(|| COMMON.split_ascii_whitespace().map(parameter).collect());
    &PARAMETERS
}

/// Reads the table; its first lines say how it is written.
fn read(table: &'static str) -> Vec<Cmdlet> {
    let mut cmdlets: Vec<Cmdlet> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let words = line.split_ascii_whitespace();
        if !line.starts_with(' ') {
            let (name, aliases) = line.split_once(" : ").unwrap_or((line, ""));
            let (old, both): (Vec<_>, Vec<_>) =
                aliases.split_ascii_whitespace().partition(|word| word.ends_with("(5)"));
            let old_aliases = old.into_iter().map(|word| word.trim_end_matches("(5)")).collect();
            cmdlets.push(Cmdlet { name, aliases: both, old_aliases, parameters: Vec::new() });
        } else if let Some(cmdlet) = cmdlets.last_mut() {
            cmdlet.parameters.extend(words.map(parameter));
        }
    }
    cmdlets
}

fn parameter(word: &'static str) -> Parameter {
    let mut names = word.split('/');
    let head = names.next().unwrap_or(word);
    let (head, position) = head.split_once('=').map_or((head, None), |(name, at)| (name, at.parse().ok()));
    let name = head.trim_end_matches('!');
    Parameter { name, aliases: names.collect(), switch: head.ends_with('!'), position }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Dialect = Dialect::WindowsPowerShell;
    const NEW: Dialect = Dialect::PowerShell;

    #[test]
    fn the_names_of_cmdlets_have_a_verb() {
        for (name, expected) in [
            ("Expand-Archive", true),
            ("install-WindowsFeature", true),
            ("apt-get", false),
            ("docker-compose", false),
            ("Get-", false),
            ("Set-X.exe", false),
            ("Where", false),
        ] {
            assert_eq!(is_cmdlet_name(name), expected, "{name}");
        }
    }

    #[test]
    fn names_and_aliases_lead_to_the_cmdlet_of_the_dialect() {
        for (name, dialect, found) in [
            ("Invoke-WebRequest", NEW, Some("Invoke-WebRequest")),
            ("IWR", NEW, Some("Invoke-WebRequest")),
            ("curl", OLD, Some("Invoke-WebRequest")),
            ("curl", NEW, None),
            ("curl.exe", OLD, None),
            ("wget", OLD, Some("Invoke-WebRequest")),
            ("sc", OLD, Some("Set-Content")),
            ("sc", NEW, None),
            ("%", NEW, Some("ForEach-Object")),
            ("?", OLD, Some("Where-Object")),
            ("Add-WindowsFeature", OLD, Some("Install-WindowsFeature")),
            ("BitsTransfer\\Start-BitsTransfer", OLD, Some("Start-BitsTransfer")),
            (".\\start", OLD, None),
            ("C:\\tools\\curl", OLD, None),
            ("curl", Dialect::Cmd, None),
            ("msbuild", OLD, None),
        ] {
            assert_eq!(cmdlet(name, dialect).map(|cmdlet| cmdlet.name), found, "{name}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_without_doubles() {
        let names: Vec<_> = CMDLETS.iter().map(|cmdlet| cmdlet.name.to_ascii_lowercase()).collect();
        assert!(names.is_sorted(), "{names:?}");
        let mut aliases: Vec<_> =
            CMDLETS.iter().flat_map(|cmdlet| cmdlet.aliases.iter().chain(&cmdlet.old_aliases)).collect();
        aliases.sort_unstable();
        assert!(aliases.windows(2).all(|pair| pair[0] != pair[1]), "{aliases:?}");
        assert!(CMDLETS.len() >= 70, "{}", CMDLETS.len());
    }

    #[test]
    fn no_parameter_stands_twice_and_every_position_is_taken_in_order() {
        for cmdlet in CMDLETS.iter() {
            let mut names: Vec<String> = (cmdlet.parameters.iter())
                .flat_map(|parameter| parameter.aliases.iter().chain([&parameter.name]))
                .map(|name| name.to_ascii_lowercase())
                .collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: {names:?}", cmdlet.name);
            let mut positions: Vec<u8> = cmdlet.parameters.iter().filter_map(|parameter| parameter.position).collect();
            positions.sort_unstable();
            assert!(positions.iter().enumerate().all(|(at, position)| at == usize::from(*position)), "{}", cmdlet.name);
        }
    }
}
