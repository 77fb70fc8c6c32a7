//! What keeps hostile nesting from exhausting the stack.

/// How deep brackets, blocks and assignments may nest before a script counts as too deep.
pub(super) const MAX_DEPTH: u32 = 64;

/// How many strings with a sub-expression inside a text may have. The lexer reads such strings by recursion, and
/// this count bounds its depth whatever the context of each quote turns out to be.
const MAX_STRINGS: usize = 256;

/// Whether the text has so many `"` ... `$(` one after the other that reading it may overflow the stack.
pub(super) fn may_overflow(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Hardly any script has so many dollars, and they are counted far sooner.
    if bytes.len() < 3 * MAX_STRINGS || memchr::memchr_iter(b'$', bytes).count() <= MAX_STRINGS {
        return false;
    }
    let (mut count, mut quoted) = (0, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = true,
            b'$' if quoted && bytes.get(at + 1) == Some(&b'(') => {
                count += 1;
                quoted = false;
            }
            _ => {}
        }
    }
    count > MAX_STRINGS
}

/// What is open while the end of a sub-expression is looked for.
enum Open {
    /// `$(`, with the count of parentheses not yet closed.
    Parens(u32),
    /// `"`.
    String,
}

/// The offset of the `)` that closes the sub-expression whose content starts at `start`, if any.
pub(super) fn subexpression_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = vec![Open::Parens(1)];
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match (open.last_mut()?, byte) {
            (_, b'`') => at += 1,
            (Open::String, b'"') if next == Some(b'"') => at += 1,
            (Open::String, b'"') => {
                open.pop();
            }
            (Open::String, b'$') if next == Some(b'(') => {
                open.push(Open::Parens(1));
                at += 1;
            }
            (Open::String, _) => {}
            (Open::Parens(count), b'(') => *count += 1,
            (Open::Parens(count), b')') => {
                *count -= 1;
                if *count == 0 {
                    open.pop();
                    if open.is_empty() {
                        return Some(at);
                    }
                }
            }
            (Open::Parens(_), b'"') => open.push(Open::String),
            (Open::Parens(_), b'\'') => at = after(text, at + 1, "'")? - 1,
            (Open::Parens(_), b'<') if next == Some(b'#') => at = after(text, at + 2, "#>")? - 1,
            (Open::Parens(_), b'#') => at += text[at..].find(['\r', '\n'])? - 1,
            (Open::Parens(_), b'@') if next == Some(b'\'') => at = after(text, at + 2, "\n'@")? - 1,
            (Open::Parens(_), b'@') if next == Some(b'"') => at = after(text, at + 2, "\n\"@")? - 1,
            (Open::Parens(_), _) => {}
        }
        at += 1;
    }
    None
}

fn after(text: &str, start: usize, end: &str) -> Option<usize> {
    text.get(start..)?.find(end).map(|at| start + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::powershell::parse;
    use crate::script::{Dialect, Fault, FaultKind};
    use crate::splice::Spliced;

    #[test]
    fn the_end_of_a_sub_expression_is_not_inside_strings_or_comments() {
        for (text, end) in [
            ("a) b", Some(1)),
            ("a (b) c) d", Some(7)),
            ("')' \")\" ) x", Some(8)),
            ("\"$(a ')')\" ) x", Some(11)),
            ("<# ) #> ) x", Some(8)),
            ("`) ) x", Some(3)),
            ("# ) \n ) x", Some(6)),
            ("a", None),
            ("'a)", None),
        ] {
            assert_eq!(subexpression_end(text, 0), end, "{text}");
        }
    }

    #[test]
    fn many_strings_one_after_the_other_pass_and_hundreds_do_not() {
        assert!(!may_overflow(&"\"$(a)\" ".repeat(256)));
        assert!(may_overflow(&"\"$(".repeat(257)));
        assert!(!may_overflow(&"$(a) ".repeat(5000)));
    }

    /// How many statements a script has, and its faults.
    fn on_a_small_stack(text: String) -> (usize, Vec<Fault>) {
        let read = move || {
            let script = parse(Spliced::verbatim(&text, 0), Dialect::PowerShell, 0);
            (script.statements.len(), script.faults)
        };
        std::thread::Builder::new().stack_size(1 << 20).spawn(read).unwrap().join().unwrap()
    }

    #[test]
    fn deep_nesting_is_a_fault_and_no_overflow() {
        for opening in [
            "$(",
            "(",
            "{",
            "[",
            "\"$(",
            "@(",
            "@{a=",
            "$x=",
            "if(",
            "if(1){",
            "a{",
            "$x.y(",
            "a $x.y(",
            "switch(1){1{",
            "foreach($x in ",
        ] {
            let (statements, faults) = on_a_small_stack(opening.repeat(10_000));
            assert_eq!(statements, 0, "{opening}");
            assert_eq!(faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::TooDeep], "{opening}");
            assert!(!faults[0].span.is_empty());
        }
        for flat in ["!", "-not ", "$(a) ", "a;", "a|", ",", "a,", ".b", "[a]", "&", "a && "] {
            let (_, faults) = on_a_small_stack(format!("$x{}", flat.repeat(10_000)));
            assert!(faults.is_empty(), "{flat} {faults:?}");
        }
    }

    #[test]
    fn what_is_just_not_too_deep_fits_a_small_stack() {
        for (opening, closing, times) in [
            ("a (", ")", 31),
            ("\"$(", ")\"", 21),
            ("if (1) { a {", "}}", 15),
            ("$x.y(", ")", 62),
            ("a $x.y(a ", ")", 20),
            ("@{a=", "}", 30),
            ("$x = ", "1", 60),
            ("switch (1) { 1 {", "}}", 20),
            ("function f { try { ", "} catch { } }", 15),
        ] {
            let (statements, faults) = on_a_small_stack(opening.repeat(times) + "1" + &closing.repeat(times));
            assert!(!faults.iter().any(|fault| fault.kind == FaultKind::TooDeep), "{opening}");
            assert_ne!(statements, 0, "{opening}");
        }
        on_a_small_stack("\"$(".repeat(256));
    }
}
