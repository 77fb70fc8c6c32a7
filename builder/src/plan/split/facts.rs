//! What a statement sets up, uses and leaves behind.

use dockerfile::effect::{Classified, EffectContext, EffectKind, EnvScope};
use dockerfile::model::program_dialect;
use dockerfile::script::{Call, Command, Dialect, Script, Statement, StatementKind};

use super::names;
use super::session::{self, Session};

/// What a statement does to the process and the files that others may use.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Its text, as the shell reads it.
    pub text: String,
    /// The variables that it sets, in lower case.
    pub assigns: Vec<String>,
    /// The variable that it sets anew as a whole, without looking at the old value.
    pub replaces: Option<String>,
    /// The variable of the process's environment that it sets anew as a whole.
    pub replaces_environment: Option<String>,
    /// The variables of the process's environment that it sets.
    pub environment: Vec<String>,
    /// The variables of the machine that it sets.
    pub machine: Vec<String>,
    /// The functions that it defines.
    pub functions: Vec<String>,
    /// What it makes or fetches: the path as written, and whether it is worth keeping when nothing removes it.
    pub makes: Vec<(String, Kept)>,
    /// What it removes, as written.
    pub removes: Vec<String>,
    /// How it changes the folder.
    pub folder: Option<Folder>,
    /// What goes on behind it.
    pub background: Option<String>,
    /// Whether it ends what went on in the background.
    pub joins: bool,
    /// What it makes for the session, or takes back.
    pub session: Option<Session>,
    /// Whether it may end the script with success.
    pub may_exit: bool,
    /// Why nothing is known of what it sets up.
    pub unknown: Option<String>,
    /// Whether it runs programs, which read the environment.
    pub runs: bool,
    /// What it installs.
    pub installs: Option<String>,
    /// Whether it sets something that every unit can set again.
    pub is_prologue: bool,
    /// Whether it is a setting of the process that holds from there on, and that later units have to set again.
    pub is_setting: bool,
    /// Whether it lets failures stop the script.
    pub stops_on_error: bool,
}

/// Whether a file is worth keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is until something removes it.
    UntilRemoved,
    /// It is fetched to be used: it belongs to its last use.
    UntilUsed,
}

/// How the folder changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    To(String),
    Push,
    Pop,
}

impl Facts {
    /// Looks at a statement of a script.
    pub fn of(script: &Script, statement: &Statement) -> Facts {
        let text = script.text.range_of(statement.span).map(|range| script.text.text()[range].to_owned());
        let mut facts = Facts { text: text.unwrap_or_default(), ..Facts::default() };
        let alone = Script {
            dialect: script.dialect,
            text: script.text.clone(),
            statements: vec![statement.clone()],
            comments: Vec::new(),
            faults: Vec::new(),
            is_encoded: false,
        };
        for (dialect, inner) in alone.all_statements() {
            facts.statement(dialect, inner, dialect == script.dialect);
        }
        for (dialect, command) in alone.commands() {
            facts.command(dialect, command, dialect == script.dialect);
        }
        for (_, effect) in Classified::new(&alone, &EffectContext::default()).all() {
            facts.effect(effect.kind.clone());
        }
        facts.whole(script.dialect, statement);
        facts
    }

    fn statement(&mut self, dialect: Dialect, statement: &Statement, own: bool) {
        match &statement.kind {
            StatementKind::Assignment { target, .. } if dialect.is_powershell() && own => {
                for name in target.raw.split(',').map(|name| variable_name(name.trim())) {
                    match name.strip_prefix("env:") {
                        Some(name) => self.environment.push(name.to_owned()),
                        None if !name.is_empty() => self.assigns.push(name),
                        None => {}
                    }
                }
            }
            StatementKind::Block { keyword, bodies, .. } if matches!(keyword.as_str(), "function" | "filter") => {
                self.functions.extend(bodies.iter().map(|(name, _)| name.to_lowercase()));
            }
            StatementKind::Block { keyword, .. } if matches!(keyword.as_str(), "class" | "enum") => {
                self.unknown = Some(format!("a {keyword}"));
            }
            _ => {}
        }
    }

    fn command(&mut self, dialect: Dialect, command: &Command, own: bool) {
        let name = command.name.text.to_lowercase();
        if command.call == Call::Ampersand && !command.name.variables.is_empty() {
            self.runs = true;
        }
        if let Some(what) = session::sets_up(command, dialect, own) {
            self.unknown = Some(what);
        }
        self.session = session::for_session(command).or(self.session);
        self.environment.extend(session::removes_variables(command, dialect));
        match name.as_str() {
            "exit" => self.may_exit |= may_succeed(command),
            "return" | "break" | "continue" => self.may_exit = true,
            "start-process" | "saps" | "start" if !waits(dialect, command) => {
                self.background = Some(started(command));
            }
            "start-service" | "sasv" | "restart-service" => self.background = Some("a service".to_owned()),
            "start-job" | "start-threadjob" => self.background = Some("a job".to_owned()),
            "wait-process" | "wait-job" | "stop-service" | "stop-process" | "taskkill" => self.joins = true,
            "net" | "net1" | "sc" | "sc.exe" if command.words.first().is_some_and(|verb| verb.text == "stop") => {
                self.joins = true;
            }
            "pushd" | "push-location" => self.folder = Some(Folder::Push),
            "popd" | "pop-location" => self.folder = Some(Folder::Pop),
            "path" if dialect == Dialect::Cmd && !command.words.is_empty() => self.environment.push(name),
            // Another drive is another folder; a script begins on C:.
            drive if dialect == Dialect::Cmd && drive.len() == 2 && drive.ends_with(':') && drive != "c:" => {
                self.folder = Some(Folder::To(name));
            }
            "set-executionpolicy" if names::mentions(&self.text, "process") => {
                self.unknown = Some("the execution policy of the process".to_owned());
            }
            _ => {}
        }
        let calls = command.expression.iter().flat_map(|expression| &expression.calls);
        for call in calls {
            self.joins |= call.member.eq_ignore_ascii_case("WaitForExit");
        }
    }

    fn effect(&mut self, kind: EffectKind) {
        match kind {
            EffectKind::Download { url, dest, .. } => {
                let name = dest.or_else(|| url.map(|url| names::last_component(&url).to_owned()));
                self.makes.extend(name.map(|name| (name, Kept::UntilUsed)));
            }
            EffectKind::Write { path } => self.makes.push((path, Kept::UntilUsed)),
            EffectKind::Extract { dest, archive } => {
                self.installs =
                    Some(archive.map_or("an archive".to_owned(), |file| names::last_component(&file).to_owned()));
                self.makes.extend(dest.map(|dest| (dest, Kept::UntilRemoved)));
            }
            EffectKind::MakeDir { path } => self.makes.push((path, Kept::UntilRemoved)),
            EffectKind::Copy { to, .. } | EffectKind::Move { to, .. } => {
                self.makes.extend(to.map(|to| (to, Kept::UntilRemoved)));
            }
            EffectKind::Remove { path, .. } => self.removes.push(path),
            EffectKind::SetEnv { name, scope: EnvScope::Process, .. } => self.environment.push(name.to_lowercase()),
            EffectKind::SetEnv { name, .. } => self.machine.push(name.to_lowercase()),
            EffectKind::ChangeDir { path } => {
                self.folder.get_or_insert(Folder::To(path));
            }
            EffectKind::StartService { name } => self.background = Some(format!("the service {name}")),
            EffectKind::Install { product, file, waits, .. } => {
                let name = product.map(|product| product.product.to_owned());
                let name = name.or_else(|| file.map(|file| names::last_component(&file).to_owned()));
                let name = name.unwrap_or_else(|| "an installer".to_owned());
                if !waits {
                    self.background = Some(name.clone());
                }
                (self.installs, self.runs) = (Some(name), true);
            }
            EffectKind::InstallFeature { features } => {
                (self.installs, self.runs) = (Some(short(&features, "a feature of Windows")), true);
            }
            EffectKind::PackageInstall { packages, .. } => {
                (self.installs, self.runs) = (Some(short(&packages, "a package")), true);
            }
            EffectKind::Unknown | EffectKind::RunScript { .. } => self.runs = true,
            _ => {}
        }
    }

    /// What only the whole statement tells.
    fn whole(&mut self, dialect: Dialect, statement: &Statement) {
        if !dialect.is_powershell() {
            return;
        }
        if let StatementKind::Assignment { target, operator, value } = &statement.kind {
            let name = variable_name(&target.raw);
            let plain = operator == "=" && target.raw.starts_with('$') && !target.raw.contains(['.', '[', ',']);
            if plain && !value_uses(&self.text, &name) {
                match name.strip_prefix("env:") {
                    Some(name) => self.replaces_environment = Some(name.to_owned()),
                    None => self.replaces = Some(name.clone()),
                }
            }
            let constant = operator == "=" && self.is_constant(value);
            let of_points = target.raw.to_lowercase().contains("servicepointmanager]");
            // What is assigned to a class holds for the whole process.
            if let Some((class, member)) = target.raw.split_once("]::") {
                self.is_setting = (of_points || constant) && !self.text.replace("$true", "").contains('$');
                self.unknown = (!self.is_setting).then(|| format!("the value of {class}]::{member}"));
            }
            let variable = target.raw.starts_with('$') && !name.starts_with("env:");
            self.is_prologue = of_points || self.is_setting || variable && constant;
            self.stops_on_error = name == "erroractionpreference"
                && names::mentions(self.text.split_once('=').map_or("", |(_, value)| value), "stop");
        }
        if let StatementKind::Pipeline(commands) = &statement.kind
            && let [command] = commands.as_slice()
        {
            let name = command.name.text.to_lowercase();
            let repeats = ["set-strictmode", "import-module", "ipmo", "add-type", "set-psdebug"];
            let process = name == "set-executionpolicy" && names::mentions(&self.text, "process");
            self.is_prologue = process || repeats.contains(&name.as_str());
        }
    }

    /// Whether a value can be made again: texts, numbers, variables, and nothing that runs.
    fn is_constant(&self, value: &[Statement]) -> bool {
        let [statement] = value else { return false };
        let StatementKind::Pipeline(commands) = &statement.kind else { return false };
        let [command] = commands.as_slice() else { return false };
        let Some(expression) = &command.expression else { return false };
        expression.statements.is_empty()
            && command.redirections.is_empty()
            && expression.calls.iter().all(|call| call.arguments.is_none() && call.is_static)
    }
}

/// The name of the variable that an assignment sets, in lower case, without `$` and scope.
fn variable_name(raw: &str) -> String {
    let raw = raw.rsplit(']').next().filter(|rest| rest.starts_with('$')).unwrap_or(raw);
    let name = raw.trim_start_matches(['$', '{', '@']).trim_end_matches('}').to_lowercase();
    let name =
        ["global:", "script:", "local:", "private:"].iter().find_map(|scope| name.strip_prefix(scope)).unwrap_or(&name);
    // What is set in an object is the object.
    let end = name.find(['.', '[', ',']).unwrap_or(name.len());
    name[..end].to_owned()
}

fn value_uses(text: &str, name: &str) -> bool {
    let value = text.split_once('=').map_or("", |(_, value)| value);
    match name.strip_prefix("env:") {
        Some(name) => names::uses_environment(value, name),
        None => names::uses_variable(value, name),
    }
}

/// Whether an `exit` may say that all is well.
fn may_succeed(command: &Command) -> bool {
    let code = command.words.iter().rfind(|word| !word.raw.eq_ignore_ascii_case("/b"));
    !code.is_some_and(|code| code.raw.parse::<i64>().is_ok_and(|code| code != 0))
}

/// Whether a command that starts a program waits for it.
fn waits(dialect: Dialect, command: &Command) -> bool {
    let name = command.name.text.to_lowercase();
    if dialect == Dialect::Cmd {
        return name != "start" || dockerfile::script::cmd::launched(command).is_none_or(|launched| launched.wait);
    }
    dialect.is_powershell()
        && command.words.iter().any(|word| {
            let raw = word.raw.to_lowercase();
            raw == "-wait" || raw == "-w" || raw.starts_with("-wait:$true")
        })
}

/// What a command starts, in a word.
fn started(command: &Command) -> String {
    let program = command.words.iter().find(|word| !word.raw.starts_with(['-', '/']) || word.raw.starts_with('"'));
    program.map_or_else(
        || "a process".to_owned(),
        |word| {
            let name = names::last_component(&word.text);
            if program_dialect(name).is_some() { format!("{name} in the background") } else { name.to_owned() }
        },
    )
}

fn short(names: &[String], otherwise: &str) -> String {
    match names {
        [] => otherwise.to_owned(),
        [one] => one.clone(),
        [first, ..] => format!("{first} …"),
    }
}
