//! `if`: which way it goes, where that can be told, and the few questions to the file system that an operation
//! answers by itself.

use dockerfile::script::Statement;

use super::machine::{Known, Machine, Outcome, Stop};
use super::powershell::statements;
use super::value::{Expected, Value};
use crate::plan::file_op::{FileOp, IfExists, IfMissing};

type Body = (String, Vec<Statement>);

/// Carries out an `if` with its `elseif`s and its `else`.
pub(super) fn decide(machine: &mut Machine<'_>, heads: &[Statement], bodies: &[Body]) -> Outcome<Vec<Value>> {
    let conditions = bodies.iter().filter(|(keyword, _)| keyword != "else").count();
    if heads.len() != conditions {
        return machine.refuse("a condition that is not one statement");
    }
    let otherwise = bodies.iter().find(|(keyword, _)| keyword == "else").map(|(_, body)| body.as_slice());
    for (index, (head, (_, body))) in heads.iter().zip(bodies).enumerate() {
        let value = Value::collect(statements(machine, std::slice::from_ref(head))?);
        let rest = if index + 1 == conditions { Some(otherwise.unwrap_or_default()) } else { None };
        match value {
            Value::HashIs { path, expected, same } => {
                let Some(rest) = rest else { return machine.refuse("a hash that decides between several branches") };
                let (good, bad) = if same { (body.as_slice(), rest) } else { (rest, body.as_slice()) };
                let message = failing(machine, bad)?;
                let operation = match expected {
                    Expected::Known(expected) => {
                        expect(machine, &path, &expected);
                        FileOp::VerifyHash { path, expected, message }
                    }
                    Expected::Listed(algorithm, list) => FileOp::VerifyListed { path, algorithm, list, message },
                };
                machine.push(operation);
                return statements(machine, good);
            }
            Value::Exists { path, there } => {
                if rest.is_none_or(|rest| !rest.is_empty()) {
                    return machine.refuse(format!("whether {path} is there only the build can tell"));
                }
                return only_if(machine, &path, there, |machine| statements(machine, body));
            }
            value => {
                if machine.known(value.truth())? {
                    return statements(machine, body);
                }
            }
        }
    }
    statements(machine, otherwise.unwrap_or_default())
}

/// The message with which a branch fails. It must fail whatever else it does, since a wrong hash must end the build.
fn failing(machine: &mut Machine<'_>, body: &[Statement]) -> Outcome<String> {
    let before = machine.ops.len();
    let (variables, unknown_env, span) = (machine.variables.clone(), machine.unknown_env.clone(), machine.span);
    let result = statements(machine, body);
    machine.ops.truncate(before);
    (machine.variables, machine.unknown_env) = (variables, unknown_env);
    machine.span = span;
    match result {
        Err(Stop::Fails(message)) => Ok(message),
        Err(Stop::Exit(code)) if code != 0 => Ok(String::new()),
        Err(Stop::Refused(refusal)) => Err(Stop::Refused(refusal)),
        Ok(_) | Err(Stop::Exit(_)) => machine.refuse("the script goes on when the hash is another one"),
    }
}

/// A download whose hash is checked may come from a cache.
fn expect(machine: &mut Machine<'_>, path: &str, hash: &crate::plan::file_op::Hash) {
    for operation in machine.ops.iter_mut().rev() {
        if let FileOp::Download { dest, expected, .. } = operation
            && dest.eq_ignore_ascii_case(path)
        {
            *expected = Some(hash.clone());
            return;
        }
    }
}

/// What is done only when a path is there, or only when it is not. That is known, or the one operation in it has the
/// same question in itself: a folder that is made unless it is there, a file that is removed if it is there.
pub(super) fn only_if(
    machine: &mut Machine<'_>,
    path: &str,
    there: bool,
    act: impl FnOnce(&mut Machine<'_>) -> Outcome<Vec<Value>>,
) -> Outcome<Vec<Value>> {
    if let Some(known) = machine.look(path) {
        return if (known != Known::Gone) == there { act(machine) } else { Ok(Vec::new()) };
    }
    let undecided = |machine: &Machine<'_>| machine.refuse(format!("whether {path} is there only the build can tell"));
    let (before, state) = (machine.ops.len(), machine.state());
    let put_out = match act(machine) {
        Ok(values) if values.is_empty() => Vec::new(),
        Ok(_) => vec![Value::Opaque(format!("what is put out if {path} is there"))],
        Err(Stop::Refused(refusal)) => return Err(Stop::Refused(refusal)),
        Err(_) => return undecided(machine),
    };
    // A variable or a folder that is set only perhaps decides all that follows.
    if machine.state() != state {
        return undecided(machine);
    }
    let own = machine.ops.split_off(before);
    let [operation] = own.as_slice() else {
        return if own.is_empty() { Ok(put_out) } else { undecided(machine) };
    };
    let operation = match operation.clone() {
        FileOp::MakeDir { path: own, .. } if !there && own.eq_ignore_ascii_case(path) => {
            FileOp::MakeDir { path: own, exists: IfExists::Keep }
        }
        FileOp::Remove { path: own, folders, recurse, .. } if there && own.eq_ignore_ascii_case(path) => {
            FileOp::Remove { path: own, folders, recurse, missing: IfMissing::Skip }
        }
        _ => return undecided(machine),
    };
    machine.push(operation);
    Ok(put_out)
}
