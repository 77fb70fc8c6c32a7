//! PowerShell's statements, evaluated over values that are known.

use dockerfile::script::{self, Call, Command, Redirection, Script, Statement, StatementKind};
use dockerfile::splice::Spliced;

use super::branch;
use super::cmdlet;
use super::eval;
use super::listed;
use super::machine::{Machine, Outcome, Stop};
use super::program;
use super::value::Value;

/// How often a body may run.
const MAX_ROUNDS: usize = 1000;

/// Carries out a script; what it puts out is printed.
pub(super) fn run(machine: &mut Machine<'_>, script: &Script) -> Outcome<()> {
    if !script.faults.is_empty() {
        return machine.refuse("the script has a syntax error");
    }
    machine.dialect = script.dialect;
    let count = script.statements.len();
    for (index, statement) in script.statements.iter().enumerate() {
        machine.last = index + 1 == count;
        self::statement(machine, statement)?;
    }
    Ok(())
}

/// What the statements of a text put out.
pub(super) fn value_of(machine: &mut Machine<'_>, text: &str) -> Outcome<Value> {
    machine.tick()?;
    let script = script::powershell::parse(Spliced::verbatim(text, 0), machine.dialect, 1);
    if !script.faults.is_empty() {
        return machine.refuse(format!("`{}` cannot be read", eval::short(text)));
    }
    let mapped = std::mem::replace(&mut machine.mapped, false);
    let result = statements(machine, &script.statements);
    machine.mapped = mapped;
    result.map(Value::collect)
}

/// Carries out statements; their output.
pub(super) fn statements(machine: &mut Machine<'_>, statements: &[Statement]) -> Outcome<Vec<Value>> {
    let mut found = Vec::new();
    for statement in statements {
        found.extend(self::statement(machine, statement)?);
    }
    Ok(found)
}

fn statement(machine: &mut Machine<'_>, statement: &Statement) -> Outcome<Vec<Value>> {
    machine.tick()?;
    if machine.mapped {
        machine.span = statement.span;
    }
    match statement.separator {
        script::Separator::Background => return machine.refuse("it goes on in the background"),
        script::Separator::Or => return machine.refuse("what runs after a failure only the build can tell"),
        _ => {}
    }
    match &statement.kind {
        StatementKind::Pipeline(commands) => pipeline(machine, commands),
        StatementKind::Assignment { target, operator, value } => {
            assign(machine, &target.raw, operator, value)?;
            Ok(Vec::new())
        }
        StatementKind::Block { keyword, heads, bodies } => block(machine, keyword, heads, bodies),
    }
}

fn block(
    machine: &mut Machine<'_>,
    keyword: &str,
    heads: &[Statement],
    bodies: &[(String, Vec<Statement>)],
) -> Outcome<Vec<Value>> {
    match keyword {
        "if" => branch::decide(machine, heads, bodies),
        "try" => {
            // Whatever fails ends the build, so that no handler runs.
            let body = |name: &str| bodies.iter().find(|(keyword, _)| keyword == name).map(|(_, body)| body.as_slice());
            let mut found = statements(machine, body("try").unwrap_or_default())?;
            found.extend(statements(machine, body("finally").unwrap_or_default())?);
            Ok(found)
        }
        "foreach" => {
            let [head] = heads else { return machine.refuse("a loop without a head") };
            let StatementKind::Assignment { target, value, .. } = &head.kind else {
                return machine.refuse("a loop without a variable");
            };
            let name = target.raw.trim_start_matches('$').to_ascii_lowercase();
            let values = Value::collect(statements(machine, value)?).elements();
            let body = bodies.first().map_or(&[][..], |(_, body)| body.as_slice());
            each(machine, values, |machine, value| {
                machine.variables.insert(name.clone(), value);
                statements(machine, body)
            })
        }
        _ => machine.refuse(format!("`{keyword}` is not evaluated")),
    }
}

/// Runs a body for each value.
fn each(
    machine: &mut Machine<'_>,
    values: Vec<Value>,
    mut body: impl FnMut(&mut Machine<'_>, Value) -> Outcome<Vec<Value>>,
) -> Outcome<Vec<Value>> {
    if values.len() > MAX_ROUNDS {
        return machine.refuse("a loop of more than 1000 rounds");
    }
    let mut found = Vec::new();
    for value in values {
        if matches!(value, Value::Opaque(_) | Value::Listed(_)) {
            return machine.refuse(format!("{} is not known before the build", value.what()));
        }
        found.extend(body(machine, value)?);
    }
    Ok(found)
}

fn assign(machine: &mut Machine<'_>, target: &str, operator: &str, value: &[Statement]) -> Outcome<()> {
    let value = Value::collect(statements(machine, value)?);
    let lower = target.to_ascii_lowercase();
    if lower.contains("servicepointmanager]") {
        return if lower.ends_with("::securityprotocol") || lower.ends_with("::defaultconnectionlimit") {
            Ok(())
        } else {
            machine.refuse(format!("`{target}` changes how servers are trusted"))
        };
    }
    if let Some(inner) = header_key(target) {
        let (client, key) = inner;
        let client = eval::text(machine, &client)?;
        if let Value::WebClient(number) = client {
            let text = machine.known(value.to_text())?;
            machine.clients[number].push((key, text));
            return Ok(());
        }
        return machine.refuse(format!("`{target}` is not evaluated"));
    }
    let (kind, name) = lower.rsplit_once(']').map_or((None, lower.as_str()), |(kind, name)| (Some(kind), name.trim()));
    let value = match kind {
        None => value,
        Some(kind) => match kind.strip_prefix('[').filter(|kind| !kind.contains(']')) {
            Some(kind) => super::operator::cast(machine, kind, value)?,
            None => return machine.refuse(format!("`{}` is not evaluated", eval::short(target))),
        },
    };
    let Some(name) = name.strip_prefix('$').filter(|name| is_name(name)) else {
        return machine.refuse(format!("`{}` is not evaluated", eval::short(target)));
    };
    let name = name.trim_start_matches('{').trim_end_matches('}');
    if let Some(name) = name.strip_prefix("env:") {
        if operator == "=" && matches!(value, Value::Listed(_)) {
            machine.unknown_env.insert(name.to_uppercase(), value);
            return Ok(());
        }
        let text = machine.known(value.to_text())?;
        let text = match operator {
            "=" => text,
            "+=" => machine.env(name)?.unwrap_or_default() + &text,
            _ => return machine.refuse(format!("`{operator}` of a variable of the environment")),
        };
        return machine.set_env(name, Some(text).filter(|text| !text.is_empty()));
    }
    let name = name.rsplit(':').next().unwrap_or(name).to_owned();
    let value = match operator {
        "=" => value,
        "+=" => {
            let old = eval::variable(machine, "", &name)?;
            super::operator::binary(machine, "+", old, value)?
        }
        _ => return machine.refuse(format!("`{operator}` is not evaluated")),
    };
    if name == "erroractionpreference" {
        machine.stops = machine.known(value.to_text())?.eq_ignore_ascii_case("stop");
    }
    machine.variables.insert(name, value);
    Ok(())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | ':' | '{' | '}'))
}

/// `$client.Headers['key']`: the client and the key.
fn header_key(target: &str) -> Option<(String, String)> {
    let at = target.to_ascii_lowercase().find(".headers[")?;
    let key = target[at + ".headers[".len()..].strip_suffix(']')?.trim_matches(['\'', '"']);
    Some((target[..at].to_owned(), key.to_owned()))
}

fn pipeline(machine: &mut Machine<'_>, commands: &[Command]) -> Outcome<Vec<Value>> {
    let mut input = None;
    for command in commands {
        let found = one(machine, command, input)?;
        input = Some(redirected(machine, &command.redirections, found)?);
    }
    Ok(input.unwrap_or_default())
}

/// What is left of a command's output behind its redirections.
fn redirected(machine: &mut Machine<'_>, redirections: &[Redirection], values: Vec<Value>) -> Outcome<Vec<Value>> {
    for redirection in redirections {
        let Some(target) = &redirection.target else { continue };
        let nowhere = ["$null", "nul"].iter().any(|name| target.raw.eq_ignore_ascii_case(name));
        match redirection.operator.as_str() {
            operator if nowhere && operator.contains('>') => {
                if matches!(operator, ">" | "1>" | "*>") {
                    return Ok(Vec::new());
                }
            }
            ">" | ">>" | "1>" | "1>>" => {
                let path = eval::argument(machine, &target.raw)?;
                let path = machine.known(path.to_text())?;
                let append = redirection.operator.ends_with(">>");
                super::content::out_file(machine, &path, values, append)?;
                return Ok(Vec::new());
            }
            operator => return machine.refuse(format!("the redirection `{operator}` is not evaluated")),
        }
    }
    Ok(values)
}

/// One command of a pipeline, with what the one before put out.
fn one(machine: &mut Machine<'_>, command: &Command, input: Option<Vec<Value>>) -> Outcome<Vec<Value>> {
    if command.expression.is_some() {
        if input.is_some() {
            return machine.refuse("an expression inside a pipeline");
        }
        let value = eval::text(machine, &command.name.raw)?;
        return Ok(match value {
            Value::Null => Vec::new(),
            Value::List(values) => values,
            value => vec![value],
        });
    }
    if command.call == Call::Dot {
        return machine.refuse("it runs another script inside itself");
    }
    let name = eval::argument(machine, &command.name.raw)?;
    let name = machine.known(name.to_text())?;
    if let Some(script) = &command.nested {
        let expanded = command.words.iter().any(|word| !word.variables.is_empty() || !word.statements.is_empty());
        if expanded {
            return inner(machine, command, script, input.as_deref());
        }
        return nested(machine, script, input.as_deref());
    }
    if let Some(found) = flow(machine, &name, command)? {
        return Ok(found);
    }
    if let Some(block) = for_each(command, machine) {
        let values = input.unwrap_or_default();
        let values: Vec<Value> = values.into_iter().flat_map(Value::elements).collect();
        let script = script::powershell::parse(Spliced::verbatim(&block, 0), machine.dialect, 1);
        if !script.faults.is_empty() {
            return machine.refuse(format!("`{}` cannot be read", eval::short(&block)));
        }
        let mapped = std::mem::replace(&mut machine.mapped, false);
        let found = each(machine, values, |machine, value| {
            machine.variables.insert("_".to_owned(), value);
            statements(machine, &script.statements)
        });
        machine.mapped = mapped;
        return found;
    }
    if let Some(found) = listed::filter(machine, command, &name, input.as_deref())? {
        return Ok(found);
    }
    if let Some(found) = cmdlet::run(machine, command, &name, input.clone())? {
        return Ok(found);
    }
    if input.is_some() {
        return machine.refuse(format!("`{name}` reads what comes through the pipe"));
    }
    let mut words = Vec::new();
    for word in &command.words {
        let value = eval::argument(machine, &word.raw)?;
        for value in value.elements() {
            words.push(machine.known(value.to_text())?);
        }
    }
    if program::run(machine, &name, &words)? {
        return Ok(vec![Value::Opaque(format!("the output of {name}"))]);
    }
    machine.refuse(format!("it runs `{}`", eval::short(&name)))
}

/// What a shell does that is started here with values in its words: they are put in first, and the shell reads what
/// comes of that.
fn inner(
    machine: &mut Machine<'_>,
    command: &Command,
    script: &Script,
    input: Option<&[Value]>,
) -> Outcome<Vec<Value>> {
    let names = ["-command", "-c", "/c", "-noprofile", "-nologo", "-noninteractive"];
    let mut words = Vec::new();
    for word in &command.words {
        let value = eval::argument(machine, &word.raw)?;
        words.push(machine.known(value.to_text())?);
    }
    let switches = words.iter().take_while(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name))).count();
    let text = words[switches..].join(" ");
    machine.without_path(&text)?;
    // Quotes in an argument are lost or kept by rules of their own.
    if switches == 0 || text.contains('"') || !script.dialect.is_powershell() {
        return machine.refuse("a shell inside a shell that both put variables in");
    }
    let script = script::powershell::parse(Spliced::verbatim(&text, 0), script.dialect, 1);
    let mapped = std::mem::replace(&mut machine.mapped, false);
    let result = nested(machine, &script, input);
    machine.mapped = mapped;
    result
}

/// What a shell that is started here does.
fn nested(machine: &mut Machine<'_>, script: &Script, input: Option<&[Value]>) -> Outcome<Vec<Value>> {
    if input.is_some() {
        return machine.refuse("a shell that reads what comes through the pipe");
    }
    super::nested(machine, script)?;
    Ok(vec![Value::Opaque("the output of a shell".to_owned())])
}

/// `exit`, `throw` and their like.
fn flow(machine: &mut Machine<'_>, name: &str, command: &Command) -> Outcome<Option<Vec<Value>>> {
    let value = |machine: &mut Machine<'_>| match command.words.first() {
        Some(word) => eval::text(machine, &word.raw),
        None => Ok(Value::Null),
    };
    match name.to_ascii_lowercase().as_str() {
        "exit" => {
            let value = value(machine)?;
            match value.to_int() {
                Some(code) => Err(Stop::Exit(code)),
                None => machine.refuse("the exit code is not known before the build"),
            }
        }
        "throw" => {
            let message = value(machine).ok().and_then(|value| value.to_text().ok()).unwrap_or_default();
            Err(Stop::Fails(message))
        }
        "return" | "break" | "continue" => machine.refuse(format!("`{name}` is not evaluated")),
        _ => Ok(None),
    }
}

/// The block of `ForEach-Object`.
fn for_each(command: &Command, machine: &Machine<'_>) -> Option<String> {
    let bound = script::powershell::bind(command, machine.dialect)?;
    if bound.cmdlet.name != "ForEach-Object" || bound.parameters.len() != 1 {
        return None;
    }
    let block = bound.value("Process")?.raw.trim();
    Some(block.strip_prefix('{')?.strip_suffix('}')?.to_owned())
}
