//! `wlint explain`: the page of a rule or the list of a group, set for a terminal.

use dockerfile::render::{Paint, Style};
use rules::{Fixable, Group, Platform, RULES, Rule, nearest};

use crate::args::{Color, Explain};
use crate::error::Error;
use crate::output::Output;
use crate::rules_command::summary;

/// Prints the page of a rule, the pages of those that find what another linter's rule finds, or the rules of a group.
///
/// # Errors
/// When nothing has that name, or it cannot be written.
pub fn run(args: &Explain, color: Color) -> Result<(), Error> {
    let mut out = Output::stdout(color);
    let mut text = String::new();
    let rules = named(&args.name);
    if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == args.name) {
        list(&mut text, group, out.style);
    } else if rules.is_empty() {
        return Err(unknown(&args.name));
    }
    for (index, rule) in rules.into_iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        head(&mut text, rule, out.style);
        page(&mut text, rule.page, out.style);
    }
    out.write(text.as_bytes())?;
    out.flush()
}

/// The rule of that id, or those that find what hadolint's or BuildKit's of that name finds.
fn named(name: &str) -> Vec<&'static Rule> {
    let is_named = |rule: &&Rule| rule.id == name || rule.also.iter().any(|also| also.eq_ignore_ascii_case(name));
    RULES.iter().copied().filter(is_named).collect()
}

fn unknown(name: &str) -> Error {
    let upper = name.to_ascii_uppercase();
    let number = ["DL", "SC"].iter().find_map(|start| upper.strip_prefix(start));
    if number.is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())) {
        return Error::NoCounterpart { name: upper };
    }
    let names = Group::ALL.iter().map(|group| group.name()).chain(RULES.iter().map(|rule| rule.id));
    Error::Unexplained { name: name.to_owned(), nearest: nearest(name, names).map(str::to_owned) }
}

/// The rules of a group, each with its severity and what is wrong.
fn list(out: &mut String, group: Group, style: Style) {
    style.paint(out, Paint::Strong, group.name());
    out.push_str(&format!(": {}\n", group.about()));
    for rule in RULES.iter().filter(|rule| rule.group == group) {
        out.push('\n');
        style.paint(out, Paint::Severity(rule.severity), rule.severity.name());
        out.push_str(&format!(" {}\n    ", rule.id));
        prose(out, &summary(rule.page), style);
    }
}

/// What the page does not say, for it stands in the rule.
fn head(out: &mut String, rule: &Rule, style: Style) {
    style.paint(out, Paint::Strong, rule.id);
    out.push_str("\n\n");
    style.paint(out, Paint::Severity(rule.severity), rule.severity.name());
    let fix = match rule.fix {
        Fixable::No => "no fix",
        Fixable::Safe => "safe fix",
        Fixable::Suggested => "suggested fix",
    };
    let platform = match rule.platform {
        Platform::Windows => "Windows stages only",
        Platform::Any => "all stages",
    };
    out.push_str(&format!(" | group {} | {fix} | {platform}\n\n", rule.group.name()));
}

/// The page without its title: headings strong, code indented, fences and back-ticks around words gone.
fn page(out: &mut String, page: &str, style: Style) {
    let mut fenced = false;
    for line in page.lines().skip_while(|line| line.is_empty() || line.starts_with("# ")) {
        if line.starts_with("```") {
            fenced = !fenced;
            if let Some(info) = line.strip_prefix("```dockerfile ").filter(|_| fenced) {
                out.push_str(&format!("    ({info})\n"));
            }
        } else if fenced {
            code(out, line, style);
        } else if let Some(heading) = line.strip_prefix('#') {
            style.paint(out, Paint::Strong, heading.trim_start_matches('#').trim());
            out.push('\n');
        } else {
            prose(out, line, style);
        }
    }
}

/// A line of code; the lines that mark the mistake stand out.
fn code(out: &mut String, line: &str, style: Style) {
    let marks = line.strip_prefix('#').is_some_and(|rest| rest.trim_start().starts_with('^'));
    if !line.is_empty() {
        out.push_str("    ");
    }
    if marks {
        style.paint(out, Paint::Bad, line);
    } else {
        out.push_str(line);
    }
    out.push('\n');
}

fn prose(out: &mut String, line: &str, style: Style) {
    // Without colours the back-ticks are what tells code from words.
    if style == Style::Plain {
        out.push_str(line);
    } else {
        let mut rest = line;
        while let Some((before, code, after)) = quoted(rest) {
            out.push_str(before);
            style.paint(out, Paint::Good, code);
            rest = after;
        }
        out.push_str(rest);
    }
    out.push('\n');
}

/// The first code span of a line: what is before it, inside, and after. Its fence may be several back-ticks,
/// so that code can hold one.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('`')?;
    let fence = &text[open..open + text[open..].bytes().take_while(|&byte| byte == b'`').count()];
    let inside = &text[open + fence.len()..];
    let close = inside.find(fence)?;
    Some((&text[..open], inside[..close].trim(), &inside[close + fence.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# some-rule\n\nIt eats ``a ` b`` and `c`.\n\n## Bad\n\n```dockerfile\nRUN x\n#   ^ some-rule\n```\n";

    fn shown(style: Style) -> String {
        let mut out = String::new();
        page(&mut out, PAGE, style);
        out
    }

    #[test]
    fn a_page_reads_without_colours() {
        let expected = "It eats ``a ` b`` and `c`.\n\nBad\n\n    RUN x\n    #   ^ some-rule\n";
        assert_eq!(shown(Style::Plain), expected);
    }

    #[test]
    fn colours_take_the_place_of_marks() {
        let out = shown(Style::Colour);
        assert!(out.starts_with("It eats \x1B[32ma ` b\x1B[0m and \x1B[32mc\x1B[0m.\n"), "{out:?}");
        assert!(out.contains("\x1B[1mBad\x1B[0m\n"));
    }
}
