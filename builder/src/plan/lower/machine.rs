//! The state of a script that is evaluated: variables, environment, folder, and the operations so far.

use std::collections::BTreeMap;

use dockerfile::facts::{access, env as windows};
use dockerfile::script::Dialect;
use dockerfile::source::Span;

use super::path::{self, Wild};
use super::value::Value;
use crate::plan::base_path::{BasePath, UNREAD};
use crate::plan::file_op::FileOp;
use crate::plan::step::{self, ADMINISTRATOR};

/// What a script is evaluated with.
#[derive(Clone, Debug)]
pub struct World<'a> {
    /// The variables that a process of the step finds, in order: of the image, then build arguments.
    pub env: &'a [(String, String)],
    /// Whether these are all, besides those of Windows itself.
    pub env_known: bool,
    /// The variables of the image's config alone, which hide those of the registry.
    pub config: &'a [(String, String)],
    /// What the registry has of the machine's variables, as far as it is known.
    pub machine: &'a step::Machine,
    /// The account, as known: empty where nothing says otherwise.
    pub user: &'a str,
    /// The folder.
    pub workdir: &'a str,
    /// Whether the `PATH` of the machine may move to the image config.
    pub path_allowed: bool,
}

/// Why a script cannot be carried out without a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, naming what stands in the way.
    pub reason: String,
    /// The statement.
    pub span: Span,
    /// Whether nothing but a value is not known.
    pub value: bool,
}

/// What ends an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It cannot be known.
    Refused(Refusal),
    /// The script exits with this code.
    Exit(i64),
    /// The script fails, with this message.
    Fails(String),
}

pub(super) type Outcome<T> = Result<T, Stop>;

/// How much is evaluated at most: loops over long lists would otherwise run for ever.
const MAX_STEPS: u32 = 20_000;

/// The longest text that a variable may hold.
pub(super) const MAX_TEXT: usize = 1 << 20;

/// What is known of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    File,
    Folder,
    Gone,
}

/// What a script has done to a path, as far as that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Note {
    /// It is this from now on.
    Is(Known),
    /// What was known of it, and of what is in it, may no longer hold.
    Unsure,
    /// What was known of what is in it may no longer hold.
    Inside,
}

/// What a script has set, besides files.
pub(super) type State =
    (BTreeMap<String, Value>, BTreeMap<String, Option<String>>, BTreeMap<String, Value>, Vec<String>, bool);

/// The state of an evaluation.
pub(super) struct Machine<'a> {
    pub world: &'a World<'a>,
    pub ops: Vec<FileOp>,
    pub variables: BTreeMap<String, Value>,
    /// Variables of the process that were set: name in capitals, value; none for those that were removed.
    env: BTreeMap<String, Option<String>>,
    /// Variables of the process whose value only the build knows: name in capitals.
    pub unknown_env: BTreeMap<String, Value>,
    /// The same as they were when the line of cmd at hand began.
    began: BTreeMap<String, Option<String>>,
    /// The folder in force, those that `pushd` kept below it.
    folders: Vec<String>,
    known: Vec<(String, Note)>,
    /// Headers of the web clients that were made.
    pub clients: Vec<Vec<(String, String)>>,
    /// The dialect of the script at hand.
    pub dialect: Dialect,
    /// Whether a failure of a cmdlet stops the script.
    pub stops: bool,
    /// Whether the statement at hand is the script's last: its failure is the script's.
    pub last: bool,
    /// The statement at hand.
    pub span: Span,
    /// Whether the text at hand is part of the file, so that its spans mean something.
    pub mapped: bool,
    steps: u32,
}

impl<'a> Machine<'a> {
    pub fn new(world: &'a World<'a>) -> Self {
        Machine {
            world,
            ops: Vec::new(),
            variables: BTreeMap::new(),
            env: BTreeMap::new(),
            unknown_env: BTreeMap::new(),
            began: BTreeMap::new(),
            folders: vec![world.workdir.to_owned()],
            known: Vec::new(),
            clients: Vec::new(),
            dialect: Dialect::Cmd,
            stops: false,
            last: false,
            span: Span::default(),
            mapped: true,
            steps: 0,
        }
    }

    /// What a program started here would begin with: its own variables, the same environment and folder.
    pub fn child<T>(&mut self, act: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let variables = std::mem::take(&mut self.variables);
        let (env, folders, stops, dialect) = (self.env.clone(), self.folders.clone(), self.stops, self.dialect);
        let unknown_env = self.unknown_env.clone();
        self.stops = false;
        let result = act(self);
        (self.variables, self.env, self.folders, self.stops, self.dialect) = (variables, env, folders, stops, dialect);
        self.unknown_env = unknown_env;
        result
    }

    /// What is set now.
    pub fn state(&self) -> State {
        (self.variables.clone(), self.env.clone(), self.unknown_env.clone(), self.folders.clone(), self.stops)
    }

    /// Gives up.
    pub fn refuse<T>(&self, reason: impl Into<String>) -> Outcome<T> {
        Err(Stop::Refused(Refusal { reason: reason.into(), span: self.span, value: false }))
    }

    /// A result whose error says why it cannot be known.
    pub fn known<T>(&self, result: Result<T, String>) -> Outcome<T> {
        result.map_err(|why| {
            let reason = format!("{why} is not known before the build");
            Stop::Refused(Refusal { reason, span: self.span, value: true })
        })
    }

    /// Counts a step of the evaluation.
    pub fn tick(&mut self) -> Outcome<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS { self.refuse("it runs for too long to be evaluated") } else { Ok(()) }
    }

    /// The folder in force.
    pub fn folder(&self) -> &str {
        self.folders.last().map_or(r"C:\", String::as_str)
    }

    /// Goes to a folder.
    pub fn go(&mut self, path: &str) -> Outcome<()> {
        let path = self.path(path)?;
        self.require(&path);
        if let Some(last) = self.folders.last_mut() {
            *last = path;
        }
        Ok(())
    }

    /// `pushd`.
    pub fn push_folder(&mut self, path: &str) -> Outcome<()> {
        self.folders.push(self.folder().to_owned());
        self.go(path)
    }

    /// `popd`.
    pub fn pop_folder(&mut self) {
        if self.folders.len() > 1 {
            self.folders.pop();
        }
    }

    /// A path without wildcards.
    pub fn path(&self, text: &str) -> Outcome<String> {
        self.without_path(text)?;
        path::resolve(self.folder(), text, Wild::Nowhere)
            .or_else(|why| self.refuse(why))
            .and_then(|path| self.allowed(path))
    }

    /// A path that may be a pattern.
    pub fn pattern(&self, text: &str) -> Outcome<String> {
        self.without_path(text)?;
        if self.dialect.is_powershell() && text.contains('[') {
            return self.refuse(format!("`{text}` has a set of letters, which is not evaluated"));
        }
        // cmd and the programs of Windows take `*.*` for all names, and no patterns before the last component.
        let wild = if self.dialect.is_powershell() { Wild::Anywhere } else { Wild::Last };
        let path = path::resolve(self.folder(), text, wild).or_else(|why| self.refuse(why))?;
        let all = path.strip_suffix(r"\*.*").filter(|_| wild == Wild::Last);
        self.allowed(all.map_or(path.clone(), |folder| format!(r"{folder}\*")))
    }

    /// A folder that is created. Ordinary users make folders in `C:\`, too.
    pub fn new_folder(&self, text: &str) -> Outcome<String> {
        self.without_path(text)?;
        let path = path::resolve(self.folder(), text, Wild::Nowhere).or_else(|why| self.refuse(why))?;
        if access::place(&path, false) == access::Place::Root { Ok(path) } else { self.allowed(path) }
    }

    /// What only an administrator may touch cannot be told to succeed for another account.
    fn allowed(&self, path: String) -> Outcome<String> {
        let user = self.world.user;
        let admin = user.is_empty() || user.eq_ignore_ascii_case("ContainerAdministrator");
        let own = format!("c:\\users\\{}\\", user.to_ascii_lowercase());
        if admin || path.to_ascii_lowercase().starts_with(&own) {
            return Ok(path);
        }
        self.refuse(format!("what {user} may do at {path} is for Windows to say"))
    }

    /// What is known of a path.
    pub fn look(&self, path: &str) -> Option<Known> {
        let folded = path.to_lowercase();
        for (known_path, note) in self.known.iter().rev() {
            let below = folded.strip_prefix(known_path.as_str()).is_some_and(|rest| rest.starts_with('\\'));
            match note {
                Note::Is(known) if folded == *known_path => return Some(*known),
                Note::Is(Known::Gone) if below => return Some(Known::Gone),
                Note::Unsure if below || folded == *known_path => return None,
                Note::Inside if below => return None,
                // What stands below a known path needs it as a folder.
                Note::Is(Known::File | Known::Folder)
                    if known_path
                        .strip_prefix(folded.trim_end_matches('\\'))
                        .is_some_and(|rest| rest.starts_with('\\')) =>
                {
                    return Some(Known::Folder);
                }
                _ => {}
            }
        }
        let always =
            [r"c:\", r"c:\windows", r"c:\windows\system32", r"c:\program files", r"c:\users", r"c:\programdata"];
        always.contains(&folded.as_str()).then_some(Known::Folder)
    }

    fn note(&mut self, path: &str, note: Note) {
        self.known.push((path.to_lowercase(), note));
    }

    /// Notes that a path, or what a pattern means, is gone.
    fn note_gone(&mut self, path: &str) {
        match path.find(['*', '?']) {
            None => self.note(path, Note::Is(Known::Gone)),
            Some(at) => {
                let folder = path[..at].rfind('\\').map_or("", |end| &path[..end]);
                self.note(folder, Note::Inside);
            }
        }
    }

    /// Notes that something goes to a path, or into the folder that is there.
    fn note_taken(&mut self, path: &str) {
        match self.look(path) {
            Some(Known::Folder) => self.note(path, Note::Inside),
            Some(Known::File) => {}
            Some(Known::Gone) | None => self.note(path, Note::Unsure),
        }
    }

    /// The path must be there, or the script would have failed.
    pub fn require(&mut self, path: &str) {
        if !matches!(self.look(path), Some(Known::File | Known::Folder)) {
            self.ops.push(FileOp::Require { path: path.to_owned() });
        }
    }

    /// The value of a variable of the environment; `None` when it is not set.
    pub fn env(&self, name: &str) -> Outcome<Option<String>> {
        if let Some(value) = self.unknown_env.get(&name.to_uppercase()) {
            return self.known(Err(value.what()));
        }
        if let Some(value) = self.env.get(&name.to_uppercase()) {
            return Ok(value.clone());
        }
        self.given(name)
    }

    /// Puts back what a variable of the script was.
    pub fn restore(&mut self, name: &str, value: Option<Value>) {
        match value {
            Some(value) => self.variables.insert(name.to_owned(), value),
            None => self.variables.remove(name),
        };
    }

    /// The value of a variable that the step begins with.
    fn given(&self, name: &str) -> Outcome<Option<String>> {
        let given = self.world.env.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        if let Some((_, value)) = given {
            return Ok(Some(value.clone()));
        }
        match windows::find(name) {
            Some(variable) if variable.per_user => self.of_account(variable.name, variable.value),
            Some(variable) => match variable.value {
                Some(value) => Ok(Some(value.to_owned())),
                None if name.eq_ignore_ascii_case("path") => Ok(Some(UNREAD.to_owned())),
                None => self.refuse(format!("the variable {name} is not known before the build")),
            },
            None if self.world.env_known => Ok(None),
            None => self.refuse(format!("whether the base image sets {name} is not known yet")),
        }
    }

    fn of_account(&self, name: &str, value: Option<&str>) -> Outcome<Option<String>> {
        let user = if self.world.user.is_empty() { ADMINISTRATOR } else { self.world.user };
        if user.eq_ignore_ascii_case(ADMINISTRATOR) {
            return Ok(value.map(str::to_owned));
        }
        if user.eq_ignore_ascii_case("ContainerUser") {
            return Ok(value.map(|value| value.replace(ADMINISTRATOR, "ContainerUser")));
        }
        self.refuse(format!("the variable {name} depends on the account {user}"))
    }

    /// The value of a variable that the process began with.
    pub fn began_with(&self, name: &str) -> Outcome<Option<String>> {
        if name.eq_ignore_ascii_case("cd") {
            return Ok(Some(self.world.workdir.to_owned()));
        }
        if name.eq_ignore_ascii_case("errorlevel") {
            return Ok(Some("0".to_owned()));
        }
        if ["random", "date", "time", "cmdcmdline"].iter().any(|other| name.eq_ignore_ascii_case(other)) {
            return self.refuse(format!("%{name}% is not known before the build"));
        }
        match self.began.get(&name.to_uppercase()) {
            Some(value) => Ok(value.clone()),
            None => self.given(name),
        }
    }

    /// A line of cmd begins: its variables are put in now.
    pub fn begin(&mut self) {
        self.began = self.env.clone();
    }

    /// Sets a variable of this process; none removes it.
    pub fn set_env(&mut self, name: &str, value: Option<String>) -> Outcome<()> {
        self.unknown_env.remove(&name.to_uppercase());
        // Programs that are lowered are Windows' own, wherever the PATH leads.
        self.env.insert(name.to_uppercase(), value);
        Ok(())
    }

    /// Sets a variable of the machine, which the image config carries.
    pub fn set_machine_env(&mut self, name: &str, value: Option<String>) -> Outcome<()> {
        if name.is_empty() || name.contains('=') {
            return self.refuse(format!("`{name}` is no name of a variable"));
        }
        let user = self.world.user;
        if !user.is_empty() && !user.eq_ignore_ascii_case("ContainerAdministrator") {
            return self.refuse(format!("{user} may not set variables of the machine"));
        }
        if let Some((_, own)) = self.world.config.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            // Every process finds the one of the image, before and after.
            if value.as_ref() == Some(own) {
                return Ok(());
            }
            return self.refuse(format!("the image's own {name} would hide what this writes to the registry"));
        }
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return self.refuse(format!("taking {name} away changes the registry"));
        };
        let is_path = name.eq_ignore_ascii_case("path");
        if is_path && !self.world.path_allowed {
            return self
                .refuse("a step after it may add to the PATH in the registry, which one in the config would hide");
        }
        if is_path && self.world.machine.base_path == BasePath::Unknown {
            return self.refuse("a step before it may have changed the PATH in the registry");
        }
        if self.world.machine.base_path != BasePath::Unread {
            self.without_path(&value)?;
        }
        if value.contains('%') {
            return self.refuse(format!("Windows puts variables into the value of {name} each time it is read"));
        }
        self.ops.push(FileOp::SetEnv { name: name.to_owned(), value });
        Ok(())
    }

    /// What the registry has of a variable of the machine, or with `account` of the account's own; `None` when it is not
    /// set there.
    pub fn registry(&self, name: &str, account: bool) -> Outcome<Option<String>> {
        let is_path = name.eq_ignore_ascii_case("path");
        let unknown = || self.refuse(format!("what the registry has of {name} is not known before the build"));
        if account {
            let user = if self.world.user.is_empty() { ADMINISTRATOR } else { self.world.user };
            return match self.world.machine.base_path.known().filter(|_| is_path) {
                Some(path) => Ok(Some(path.of_account(user)).filter(|path| !path.is_empty())),
                None if is_path => Ok(Some(UNREAD.to_owned())),
                None => unknown(),
            };
        }
        let own = self.ops.iter().rev().find_map(|operation| match operation {
            FileOp::SetEnv { name: other, value } if other.eq_ignore_ascii_case(name) => Some(value.as_str()),
            _ => None,
        });
        let known = own.or_else(|| self.world.machine.get(name));
        match known.or_else(|| self.world.machine.path().filter(|_| is_path)) {
            Some(value) => Ok(Some(value.to_owned())),
            None if is_path => Ok(Some(UNREAD.to_owned())),
            None => unknown(),
        }
    }

    /// The text, if a `PATH` that is not known is no part of it.
    pub fn without_path(&self, text: &str) -> Outcome<()> {
        if text.contains(UNREAD) {
            self.refuse("the PATH that the base image has in its registry is not known here")
        } else {
            Ok(())
        }
    }

    /// Adds an operation and notes what it makes of its paths.
    pub fn push(&mut self, operation: FileOp) {
        match &operation {
            FileOp::MakeDir { path, .. } => self.note(path, Note::Is(Known::Folder)),
            FileOp::Extract { dest, .. } => {
                self.note(dest, Note::Is(Known::Folder));
                self.note(dest, Note::Inside);
            }
            FileOp::WriteFile { path, .. } | FileOp::Download { dest: path, .. } | FileOp::Replace { to: path, .. } => {
                self.note(path, Note::Is(Known::File));
            }
            FileOp::Link { path, .. } => self.note(path, Note::Unsure),
            FileOp::Copy { to, .. } => self.note_taken(to),
            FileOp::Move { from, to, .. } => {
                self.note_gone(from);
                self.note_taken(to);
            }
            FileOp::Remove { path, .. } => self.note_gone(path),
            FileOp::Require { .. }
            | FileOp::VerifyHash { .. }
            | FileOp::VerifyListed { .. }
            | FileOp::SetEnv { .. } => {}
        }
        self.ops.push(operation);
    }
}
