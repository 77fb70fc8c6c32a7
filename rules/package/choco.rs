//! Calls of Chocolatey.

use dockerfile::model::Started;
use dockerfile::source::Span;

use crate::{Context, Needs};

/// What the rules about Chocolatey need.
pub(super) const NEEDS: Needs = Needs::Program(&["chocolatey", "choco", "cinst", "cuninst", "cup"]);

/// A call with its verb.
pub(super) struct Call {
    /// The verb, or the name of `cinst` and its like.
    pub(super) verb: Span,
    /// The same in lower case.
    pub(super) word: &'static str,
}

/// A call of Chocolatey with one of these verbs.
pub(super) fn read(program: &Started, verbs: &[&'static str]) -> Option<Call> {
    let short =
        |name: &'static str, verb: &str| verbs.contains(&verb).then_some(Call { verb: program.name_span, word: name });
    match program.program().as_str() {
        "cinst" => short("cinst", "install"),
        "cup" => short("cup", "upgrade"),
        "cuninst" => short("cuninst", "uninstall"),
        "choco" | "chocolatey" => {
            let first = program.arguments.iter().find(|argument| !argument.text.starts_with('-'))?;
            let word = verbs.iter().find(|verb| first.text.eq_ignore_ascii_case(verb))?;
            Some(Call { verb: first.span, word })
        }
        _ => None,
    }
}

/// Whether Chocolatey was told before to ask nothing at all.
pub(super) fn is_confirmed_for_all(context: &Context, program: &Started) -> bool {
    let mut earlier = context.run_scripts().take_while(|script| script.step <= program.step);
    earlier.any(|script| script.lower().contains("allowglobalconfirmation"))
}
