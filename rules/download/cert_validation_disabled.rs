//! Connections whose server need not prove who it is.

use dockerfile::ast::{Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::effect::EffectKind;
use dockerfile::script::{Dialect, StatementKind};
use dockerfile::source::Span;

use crate::fetch::Run;
use crate::letters::{begins, ends};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, fetch};

pub(super) static RULE: Rule = Rule {
    id: "cert-validation-disabled",
    group: Group::Download,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("cert_validation_disabled.md"),
    check,
};

const HELP: &str = "let it check certificates; import the CA into the image if it is your own";

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions().iter().map(|instruction| instruction.innermost()) {
        let (Kind::Pairs(pairs) | Kind::Args(pairs)) = &instruction.kind else { continue };
        for pair in pairs.iter().filter(|_| instruction.keyword != Some(Keyword::Label)) {
            let value = pair.value.as_ref().map_or("", |value| value.as_str()).trim_matches(['"', '\'']);
            if switches_off(pair.name.as_str(), value) {
                add(pair.span, report);
            }
        }
    }
    for run in fetch::scripts(context) {
        // A health check asks its own container, whose certificate is for another name.
        if run.instruction.keyword != Some(Keyword::Healthcheck) {
            check_script(&run, report);
        }
    }
}

fn check_script(run: &Run, report: &mut Report) {
    for (_, statement) in run.listing.statements() {
        let StatementKind::Assignment { target, value, .. } = &statement.kind else { continue };
        let callbacks = ["servercertificatevalidationcallback", "certificatepolicy"];
        let is_member = |before: &str| before.is_empty() || before.ends_with(['.', ':']);
        let is_callback =
            |name: &str| ends(&target.text, name) && is_member(&target.text[..target.text.len() - name.len()]);
        if !callbacks.into_iter().any(is_callback) {
            continue;
        }
        let is_null = value.first().is_some_and(|value| {
            matches!(&value.kind, StatementKind::Pipeline(commands)
                if commands.first().is_some_and(|command| command.name.text.eq_ignore_ascii_case("$null")))
        });
        if !is_null {
            add(target.span, report);
        }
    }
    for (_, effect) in run.effects() {
        if let EffectKind::SetEnv { name, value: Some(value), .. } = &effect.kind
            && switches_off(name, value.trim_matches('"'))
        {
            add(effect.span, report);
        }
    }
    for place in run.listing.commands.iter().filter_map(option) {
        add(place, report);
    }
}

fn add(span: Span, report: &mut Report) {
    report.add(span, "no server has to prove who it is", HELP);
}

/// Whether the value of a variable switches the check of certificates off.
fn switches_off(name: &str, value: &str) -> bool {
    let known = ["NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "GIT_SSL_NO_VERIFY", "NPM_CONFIG_STRICT_SSL"];
    match known.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or_default() {
        "NODE_TLS_REJECT_UNAUTHORIZED" | "PYTHONHTTPSVERIFY" => value == "0",
        "GIT_SSL_NO_VERIFY" => !matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off"),
        "NPM_CONFIG_STRICT_SSL" => value.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

/// Programs with an option that does so.
const PROGRAMS: [&str; 6] = ["curl", "wget", "git", "npm", "yarn", "pnpm"];

/// The option that switches it off.
fn option(listed: &Listed) -> Option<Span> {
    let &Listed { command, dialect, ref stem, .. } = listed;
    let program = PROGRAMS.into_iter().find(|program| program == stem);
    // To Windows PowerShell `curl` is a cmdlet, which knows none of these options.
    let is_cmdlet = dialect == Dialect::WindowsPowerShell
        && matches!(program, Some("curl" | "wget"))
        && !ends(&command.name.text, ".exe");
    if is_cmdlet || command.expression.is_some() || program.is_none() && !dialect.is_powershell() {
        return None;
    }
    let of_curl = |text: &str| {
        let letters = text.strip_prefix('-').filter(|text| !text.starts_with('-'));
        // What follows a letter that takes a value is its value.
        let letters = letters.map(|letters| letters.split(['o', 'H', 'd', 'u', 'x', 'A', 'X']).next().unwrap_or(""));
        text == "--insecure" || letters.is_some_and(|letters| letters.contains('k'))
    };
    let texts = |place: usize| command.words.get(place).map(|word| word.text.to_ascii_lowercase());
    let found = command.words.iter().enumerate().find(|(index, word)| {
        let Some(program) = program else {
            let name = word.text.strip_prefix('-').unwrap_or_default();
            return name.len() > 5 && begins("skipcertificatecheck", name);
        };
        let text = word.text.to_ascii_lowercase();
        let next = || texts(index + 1).unwrap_or_default();
        match program {
            "curl" => of_curl(&word.text),
            "wget" => text == "--no-check-certificate",
            "git" => text == "http.sslverify=false" || text == "http.sslverify" && next() == "false",
            _ => {
                matches!(text.as_str(), "strict-ssl=false" | "--strict-ssl=false")
                    || text == "strict-ssl" && next() == "false"
            }
        }
    });
    let is_local = |word: &str| word.contains("://") && fetch::is_local(word);
    let (_, found) = found.filter(|_| !command.words.iter().any(|word| is_local(&word.text)))?;
    Some(found.span)
}
