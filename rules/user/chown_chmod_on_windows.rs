//! `COPY` and `ADD` with an owner or a mode, which Windows containers do not have.

use dockerfile::ast::{Flag, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::accounts::{self, Account};
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "chown-chmod-on-windows",
    group: Group::User,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Flag(&["chmod", "chown"]),
    also: &[],
    page: include_str!("chown_chmod_on_windows.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let instruction = instruction.innermost();
        if !matches!(instruction.keyword, Some(Keyword::Copy | Keyword::Add)) {
            continue;
        }
        for flag in &instruction.flags {
            let value = flag.value.as_ref().map_or("", |value| value.text());
            let (help, seen, same) = match flag.name.as_str() {
                "chmod" => (
                    "drop it; `RUN icacls` sets the permissions of Windows",
                    "the classic builder refuses it, BuildKit finds no mode to set",
                    keeps_write_access(value),
                ),
                "chown" => (
                    "drop it; `RUN icacls` gives an account access or makes it the owner",
                    owner_seen(value),
                    is_default_owner(value),
                ),
                _ => continue,
            };
            let message = format!("--{} is not supported for Windows containers", flag.name);
            let title = format!("drop --{}", flag.name);
            let edit = vec![Edit::delete(with_blank(context, flag))];
            let fix = if same { Fix::safe(title, edit) } else { Fix::suggested(title, edit) };
            report.add(flag.span, message, help).seen(seen).fix(fix);
        }
    }
}

fn owner_seen(value: &str) -> &'static str {
    match user(value) {
        user if !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit()) => {
            "the classic builder looks for an account of this name, BuildKit takes ContainerAdministrator"
        }
        _ => {
            "the builder looks for an account of this name in the image and fails if there is none; groups are dropped"
        }
    }
}

fn user(value: &str) -> &str {
    value.split(':').next().unwrap_or_default()
}

/// Whether files have this owner anyway, or no image could be built.
fn is_default_owner(value: &str) -> bool {
    accounts::find(user(value)) == Some(Account::ContainerAdministrator)
        || accounts::find(user(value)).is_none() && accounts::is_posix(value)
}

/// Whether a mode lets the owner write: one that does not sets the read-only attribute.
fn keeps_write_access(value: &str) -> bool {
    let owner = value.len().checked_sub(3).and_then(|at| value.as_bytes().get(at));
    let octal = value.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    octal && owner.is_some_and(|digit| (digit - b'0') & 2 != 0)
}

/// A flag and the blank behind it.
fn with_blank(context: &Context, flag: &Flag) -> Span {
    let rest = &context.source().text()[flag.span.end as usize..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Span::new(flag.span.start, flag.span.end + blank as u32)
}
