//! cmd's statements, evaluated over values that are known. `%X%` is what the process began with: the whole line is
//! expanded before anything of it runs.

use dockerfile::script::{self, Command, Redirection, Script, Separator, Statement, StatementKind, Word};
use dockerfile::splice::Spliced;

use super::branch;
use super::eval::short;
use super::machine::{Machine, Outcome, Stop};
use super::value::Value;
use super::{builtin, program};

/// Carries out a script.
pub(super) fn run(machine: &mut Machine<'_>, script: &Script) -> Outcome<()> {
    if !script.faults.is_empty() {
        return machine.refuse("the script has a syntax error");
    }
    machine.dialect = script.dialect;
    machine.begin();
    statements(machine, &script.statements, true)
}

/// Starts the program of an exec form.
pub(super) fn exec(machine: &mut Machine<'_>, script: &Script) -> Outcome<()> {
    machine.last = true;
    machine.span = script.text.whole();
    let Some(command) = script.own_commands().first().copied() else { return machine.refuse("it starts nothing") };
    if let Some(script) = &command.nested {
        return super::nested(machine, script);
    }
    let words: Vec<String> = command.words.iter().map(|word| word.text.clone()).collect();
    if program::run(machine, &command.name.text, &words)? {
        return Ok(());
    }
    machine.refuse(format!("it runs `{}`", short(&command.name.text)))
}

fn statements(machine: &mut Machine<'_>, all: &[Statement], last: bool) -> Outcome<()> {
    let mut skip = false;
    for (index, statement) in all.iter().enumerate() {
        let ends = index + 1 == all.len();
        if !std::mem::take(&mut skip) {
            // What `&` follows may fail; everything else decides how the line goes on or ends.
            machine.last =
                last && ends || statement.separator == Separator::And || statement.separator == Separator::Or;
            self::statement(machine, statement)?;
        }
        // What succeeded keeps the other side of `||` from running; what follows it with `&&` goes on.
        if statement.separator == Separator::Or {
            skip = true;
        }
    }
    Ok(())
}

fn statement(machine: &mut Machine<'_>, statement: &Statement) -> Outcome<()> {
    machine.tick()?;
    if machine.mapped {
        machine.span = statement.span;
    }
    match &statement.kind {
        StatementKind::Pipeline(commands) => match commands.as_slice() {
            [command] => one(machine, command, statement.gap()),
            // `echo y | command` and the like.
            _ => machine.refuse("a pipeline of programs"),
        },
        StatementKind::Block { keyword, bodies, .. } if keyword == "(" => {
            let last = machine.last;
            for (_, body) in bodies {
                statements(machine, body, last)?;
            }
            Ok(())
        }
        StatementKind::Block { keyword, heads, bodies } if keyword == "if" => condition(machine, heads, bodies),
        StatementKind::Block { keyword, .. } => machine.refuse(format!("`{keyword}` is not evaluated")),
        StatementKind::Assignment { .. } => machine.refuse("an assignment is not evaluated"),
    }
}

/// A word with its variables put in.
pub(super) fn word(machine: &Machine<'_>, word: &Word) -> Outcome<String> {
    if !word.statements.is_empty() {
        return machine.refuse(format!("`{}` is not evaluated", short(&word.raw)));
    }
    expand(machine, &word.text)
}

/// A text with `%X%` put in. `%X:a=b%` and loop variables are refused.
pub(super) fn expand(machine: &Machine<'_>, text: &str) -> Outcome<String> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let Some((name, behind)) = after.split_once('%') else {
            out.push_str(&rest[at..]);
            return Ok(out);
        };
        if name.is_empty()
            || name.contains([' ', '/', '&', '|', '<', '>'])
            || name.starts_with(|char: char| char.is_ascii_digit())
        {
            out.push('%');
            rest = after;
            continue;
        }
        if name.contains(':') || name.contains('~') {
            return machine.refuse(format!("`%{name}%` is not evaluated"));
        }
        match machine.began_with(name)? {
            Some(value) => out.push_str(&value),
            // On the command line an unknown variable stays as it is written.
            None => out.push_str(&format!("%{name}%")),
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn condition(machine: &mut Machine<'_>, heads: &[Statement], bodies: &[(String, Vec<Statement>)]) -> Outcome<()> {
    let words: Vec<Word> = match heads.first().map(|head| &head.kind) {
        Some(StatementKind::Pipeline(commands)) if commands.len() == 1 => commands[0].words.clone(),
        _ => return machine.refuse("a condition that is not evaluated"),
    };
    let fold = words.iter().any(|word| word.raw.eq_ignore_ascii_case("/i"));
    let negated = words.iter().filter(|word| word.raw.eq_ignore_ascii_case("not")).count() % 2 == 1;
    let rest: Vec<&Word> =
        words.iter().filter(|word| !["/i", "not"].iter().any(|it| word.raw.eq_ignore_ascii_case(it))).collect();
    let body =
        |name: &str| bodies.iter().find(|(keyword, _)| keyword == name).map_or(&[][..], |(_, body)| body.as_slice());
    let truth = match rest.as_slice() {
        [first, path] if first.raw.eq_ignore_ascii_case("exist") => {
            let text = word(machine, path)?;
            let path = machine.path(text.trim_end_matches(['\\', '/']))?;
            if !body("else").is_empty() && machine.look(&path).is_none() {
                return machine.refuse(format!("whether {path} is there only the build can tell"));
            }
            let last = machine.last;
            if machine.look(&path).is_none() {
                let then = body("then");
                branch::only_if(machine, &path, !negated, |machine| {
                    statements(machine, then, last).map(|()| Vec::<Value>::new())
                })?;
                return Ok(());
            }
            machine.look(&path) != Some(super::machine::Known::Gone)
        }
        [first, name] if first.raw.eq_ignore_ascii_case("defined") => {
            machine.began_with(&word(machine, name)?)?.is_some()
        }
        [first, code] if first.raw.eq_ignore_ascii_case("errorlevel") => {
            // What came before has succeeded, or the build has ended.
            word(machine, code)?.parse::<i64>().is_ok_and(|code| code <= 0)
        }
        [left, sign, right] => {
            let (left, right) = (operand(machine, left)?, operand(machine, right)?);
            let same = if fold { left.eq_ignore_ascii_case(&right) } else { left == right };
            match sign.raw.to_ascii_uppercase().as_str() {
                "==" | "EQU" => same,
                "NEQ" => !same,
                other => return machine.refuse(format!("`{other}` is not evaluated")),
            }
        }
        _ => return machine.refuse("a condition that is not evaluated"),
    };
    let last = machine.last;
    statements(machine, body(if truth != negated { "then" } else { "else" }), last)
}

/// An operand of a comparison; quotes take part in it, so that both sides keep theirs.
fn operand(machine: &Machine<'_>, word: &Word) -> Outcome<String> {
    let raw = word.raw.replace("%ERRORLEVEL%", "0").replace("%errorlevel%", "0");
    let text = expand(machine, &raw)?;
    machine.without_path(&text).map(|()| text)
}

/// A command, with this much between it and what follows.
fn one(machine: &mut Machine<'_>, command: &Command, gap: u32) -> Outcome<()> {
    if let Some(expression) = &command.expression {
        return grouped(machine, &expression.statements, &command.redirections);
    }
    let name = word(machine, &command.name)?;
    if let Some(script) = &command.nested {
        if !silent(&command.redirections) {
            return machine.refuse("the output of a shell goes into a file");
        }
        if script.text.text().contains('%') {
            return expanded(machine, script);
        }
        return super::nested(machine, script);
    }
    let lower = name.to_ascii_lowercase();
    if lower == "exit" {
        let code = command.words.iter().rfind(|word| !word.raw.eq_ignore_ascii_case("/b"));
        let code = code.map_or(Ok("0".to_owned()), |code| operand(machine, code))?;
        return match code.parse() {
            Ok(code) => Err(Stop::Exit(code)),
            Err(_) => machine.refuse("the exit code is not known before the build"),
        };
    }
    if builtin::run(machine, &lower, command, gap)? {
        return Ok(());
    }
    if !silent(&command.redirections) {
        return machine.refuse(format!("the output of `{}` goes into a file", short(&name)));
    }
    let words: Vec<String> = command.words.iter().map(|one| word(machine, one)).collect::<Outcome<_>>()?;
    if program::run(machine, &name, &words)? {
        return Ok(());
    }
    let started = script::cmd::launched(command).map(|launched| launched.command.name.text);
    machine.refuse(format!("it runs `{}`", short(&started.unwrap_or(name))))
}

/// A script in another shell, once cmd has put its variables into the line.
fn expanded(machine: &mut Machine<'_>, script: &Script) -> Outcome<()> {
    let text = expand(machine, script.text.text())?;
    machine.without_path(&text)?;
    if text.matches('"').count() != script.text.text().matches('"').count() {
        return machine.refuse("a variable with a quote in its value inside a script");
    }
    let text = Spliced::verbatim(&text, 0);
    let script = if script.dialect.is_powershell() {
        script::powershell::parse(text, script.dialect, 1)
    } else {
        script::cmd::parse(text, 1)
    };
    let mapped = std::mem::replace(&mut machine.mapped, false);
    let result = super::nested(machine, &script);
    machine.mapped = mapped;
    result
}

/// `( ... )` with its output in a file: only where every command in it prints.
fn grouped(machine: &mut Machine<'_>, all: &[Statement], redirections: &[Redirection]) -> Outcome<()> {
    if silent(redirections) {
        return statements(machine, all, machine.last);
    }
    builtin::printed_group(machine, all, redirections)
}

/// Whether nothing is written to a file.
pub(super) fn silent(redirections: &[Redirection]) -> bool {
    redirections
        .iter()
        .all(|redirection| redirection.target.as_ref().is_none_or(|target| target.text.eq_ignore_ascii_case("nul")))
}
