//! `wlint explain`: a rule's page, set for a terminal.

use dockerfile::render::{Paint, Style};
use rules::{Fixable, Platform, RULES, Rule, nearest};

use crate::args::{Color, Explain};
use crate::error::Error;
use crate::output::Output;

/// Prints the page.
///
/// # Errors
/// When there is no such rule, or the page cannot be written.
pub fn run(args: &Explain, color: Color) -> Result<(), Error> {
    let Some(rule) = RULES.iter().find(|rule| rule.id == args.rule) else {
        let nearest = nearest(&args.rule, RULES.iter().map(|rule| rule.id)).map(str::to_owned);
        return Err(Error::Unexplained { name: args.rule.clone(), nearest });
    };
    let mut out = Output::stdout(color);
    let mut text = String::new();
    head(&mut text, rule, out.style);
    page(&mut text, rule.page, out.style);
    out.write(text.as_bytes())?;
    out.flush()
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
