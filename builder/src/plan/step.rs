//! The plan: stages, their steps, and what is in force at each.

use std::ops::Range;

use dockerfile::source::Span;
use serde::Serialize;

use crate::image::{Digest, Healthcheck, Platform};

use super::base_path::{self, BasePath, UNREAD};
use super::file_op::FileOp;
use super::variables::Variables;

/// How an image is built.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The stages that are needed, each after those that it needs. The last one is the image.
    pub stages: Vec<Stage>,
    /// Build arguments that nothing in the file declares.
    pub unused_args: Vec<String>,
}

/// A stage that the image needs.
#[derive(Clone, Debug, Serialize)]
pub struct Stage {
    /// Its number in the file, from 0.
    pub number: usize,
    /// Its name, in lower case.
    pub name: Option<String>,
    /// What it builds on.
    pub base: Base,
    /// What it runs on. Without a known base's config it is what was asked for, or what the file tells.
    pub platform: Platform,
    /// What the platform is guessed from: neither `FROM` nor what is known of the base says it.
    pub guessed_from: Option<&'static str>,
    /// The shell of the base, where its commands alone say which one it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guessed_shell: Option<String>,
    /// Whether the base's config is known: without it, its variables, user, folder and triggers are not.
    pub base_known: bool,
    /// The steps, in order. `FROM` is none of them.
    pub steps: Vec<Step>,
    /// The layers that the stage adds: ranges of [`Stage::steps`] that are committed together.
    pub commits: Vec<Range<usize>>,
    /// What lowered steps have set for the machine, also in the stages that it builds on.
    pub machine: Machine,
    /// The line of its `FROM`, from 1.
    pub line: u32,
}

/// What a stage builds on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// An image, by its reference as the file has it once its variables are put in.
    Image(String),
    /// A stage, by its number in the file.
    Stage(usize),
    /// Nothing.
    Scratch,
    /// A named context, in lower case.
    Context(String),
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Where it comes from.
    pub origin: Origin,
    /// The step as an instruction on one line, its words expanded; a `RUN` as written but joined.
    pub text: String,
    /// Which part of a `RUN` it is, where that was cut.
    pub unit: Option<Unit>,
    /// What it does.
    pub action: Action,
    /// What is in force before it.
    pub state: StepState,
    /// Where it can run.
    pub place: Place,
    /// What a finished step is found by.
    pub key: Key,
    /// What its comments say about running it.
    pub policy: Policy,
}

/// Where a step comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An instruction of the file.
    File {
        /// Its place in [`dockerfile::syntax::Tree::instructions`].
        instruction: usize,
        /// The first and the last line, from 1.
        lines: (u32, u32),
        /// The places of its text, in order.
        #[serde(serialize_with = "offsets")]
        spans: Vec<Span>,
    },
    /// A trigger (`ONBUILD`) of what the stage builds on, by its place there.
    Trigger(usize),
}

/// A part of a `RUN`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its number, from 0.
    pub number: usize,
    /// How many there are.
    pub count: usize,
    /// The statements that it has, of those of the whole.
    pub statements: Range<usize>,
    /// Whether `exit 0` was put behind it, because the failure of its last statement did not end the whole.
    pub forgives: bool,
    /// The cuts that were decided inside it and at its end, in order.
    pub cuts: Vec<Cut>,
}

/// A place between two statements where a `RUN` was or was not cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// After which statement, from 0.
    pub after: usize,
    /// Whether it was taken.
    pub taken: bool,
    /// Why, in a few words.
    pub reason: String,
    /// The live item that decided against it: `$version`, `C:\setup.exe`, `the current folder`.
    pub live: Option<String>,
}

/// What is in force at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepState {
    /// The shell of shell-form commands.
    pub shell: Vec<String>,
    /// The account; empty is the image's own.
    pub user: String,
    /// The folder; `C:\` (or `/`) where nothing says otherwise.
    #[serde(serialize_with = "base_path::value")]
    pub workdir: String,
    /// The variables of the image, in order. On Windows no two differ by case only.
    pub env: Variables,
    /// The build arguments in force, in order, without predefined ones. `RUN` has them in its environment, below those
    /// of the image.
    pub args: Variables,
    /// What lowered steps have set for the machine. `RUN` has it in its environment, below the arguments.
    #[serde(skip_serializing_if = "Machine::is_empty")]
    pub machine: Machine,
}

/// Variables that lowered steps have set for the machine (`setx /M`). On Windows they stand in the registry, where every
/// process finds them and the builder, when it puts `${NAME}` in, does not. So they are kept apart from those of the
/// config until the image is finished; then [`super::finish_config`] carries them over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Names and values, in order. No two names differ by case only. A `PATH` is the machine's part of it.
    #[serde(serialize_with = "base_path::pairs")]
    pub env: Vec<(String, String)>,
    /// The `PATH` that the base has in its registry.
    #[serde(skip)]
    pub base_path: BasePath,
}

/// The account of an image that names none.
pub(super) const ADMINISTRATOR: &str = "ContainerAdministrator";

impl Machine {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.env.is_empty()
    }

    /// What was set under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The machine's part of the `PATH`, where it is known.
    pub fn path(&self) -> Option<&str> {
        self.get("PATH").or(match &self.base_path {
            BasePath::Known(path) => Some(&path.machine),
            BasePath::Unread => Some(UNREAD),
            BasePath::Unknown => None,
        })
    }

    /// The `PATH` that a process of an account finds in the registry: the machine's part and the account's own.
    pub fn path_of(&self, account: &str) -> Option<String> {
        let account = if account.is_empty() { ADMINISTRATOR } else { account };
        match &self.base_path {
            BasePath::Known(path) => Some(path.in_process(self.path()?, account)),
            // What the account has of its own is not read yet either.
            BasePath::Unread => Some(self.path()?.to_owned()).map(|path| match path.contains(UNREAD) {
                true => path,
                false => format!("{path};{UNREAD}"),
            }),
            BasePath::Unknown => None,
        }
    }

    /// Takes over what a lowered step sets.
    pub(super) fn take(&mut self, step: &Step) {
        let Place::Lowered(operations) = &step.place else { return };
        for operation in operations {
            if let FileOp::SetEnv { name, value } = operation {
                self.env.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
                self.env.push((name.clone(), value.clone()));
            }
        }
    }
}

/// Where a step can run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Anywhere.
    Offline,
    /// Anywhere, as these operations on files.
    Lowered(#[serde(serialize_with = "base_path::operations")] Vec<FileOp>),
    /// On an engine only, for this reason.
    Engine(String),
}

/// What a finished step is found by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// The digest over all that its result depends on.
    pub digest: Digest,
    /// Whether that is all: the base's config and the digests of the files it copies were known. A result may be kept
    /// and taken only under a complete key.
    pub complete: bool,
}

/// What the comment `# wbuild: ...` before a `RUN` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Exit codes that count as success, besides 0.
    pub ok_exit: Vec<i64>,
    /// How long it may take, in seconds.
    pub timeout: Option<u64>,
    /// How often it is tried again after a failure of its own.
    pub retries: u32,
}

/// What a step does. All words are expanded as the builder does it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// Copies files.
    Copy(Copy),
    /// Copies files, fetches URLs and unpacks archives.
    Add {
        /// What and where to.
        #[serde(flatten)]
        copy: Copy,
        /// The digest that the fetched file must have: `sha256:...`.
        checksum: Option<String>,
        /// Whether a fetched repository keeps its `.git`.
        keep_git: bool,
        /// Whether archives are unpacked; without it local ones are and fetched ones are not.
        unpack: Option<bool>,
    },
    /// Sets the folder, and creates it.
    Workdir {
        /// The whole path: `C:\app`, `/app`.
        #[serde(serialize_with = "base_path::value")]
        path: String,
    },
    /// Sets variables of the image.
    Env {
        /// Names and values, in order.
        pairs: Vec<(String, String)>,
    },
    /// Declares build arguments.
    Arg {
        /// Names, and the values in force where there is one.
        pairs: Vec<(String, Option<String>)>,
    },
    /// Sets labels.
    Label {
        /// Names and values, in order.
        pairs: Vec<(String, String)>,
    },
    /// Sets the account.
    User {
        /// Its name.
        user: String,
    },
    /// Opens ports.
    Expose {
        /// Each with its protocol: `80/tcp`.
        ports: Vec<String>,
    },
    /// Declares folders whose content is not the image's.
    Volume {
        /// The folders.
        paths: Vec<String>,
    },
    /// Sets the command.
    Cmd(Command),
    /// Sets the program that containers start.
    Entrypoint {
        /// The program.
        command: Command,
        /// Whether the command stays: the stage has set it itself. One that the base set is taken away.
        keeps_cmd: bool,
    },
    /// Sets the health check.
    Healthcheck(Healthcheck),
    /// Sets the shell.
    Shell {
        /// Program and arguments.
        words: Vec<String>,
    },
    /// Keeps an instruction for images that build on this one.
    Onbuild {
        /// The instruction, as written.
        trigger: String,
    },
    /// Sets the signal that stops the container.
    Stopsignal {
        /// The signal.
        signal: String,
    },
    /// Names the author.
    Maintainer {
        /// The author.
        name: String,
    },
    /// Runs a command.
    Run {
        /// What.
        command: Command,
        /// The `--mount`s, as written.
        mounts: Vec<String>,
        /// The other flags, as written: `--network=none`.
        flags: Vec<String>,
    },
}

impl Action {
    /// What a `COPY` or an `ADD` copies.
    pub const fn copy(&self) -> Option<&Copy> {
        match self {
            Action::Copy(copy) | Action::Add { copy, .. } => Some(copy),
            _ => None,
        }
    }
}

/// A command in one of its two forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// A text for the shell in force.
    Shell(String),
    /// A program and its arguments.
    Exec(Vec<String>),
}

/// What `COPY` and `ADD` copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// From where the paths among the sources are taken.
    pub from: CopyFrom,
    /// What.
    pub sources: Vec<CopySource>,
    /// Where to.
    pub dest: Destination,
    /// The owner, as written.
    pub chown: Option<String>,
    /// The mode, as written.
    pub chmod: Option<String>,
    /// Whether the layer does not depend on what is below it.
    pub link: bool,
    /// Patterns of what is left out.
    pub exclude: Vec<String>,
    /// Whether the folders of a source are kept (`--parents`).
    pub parents: bool,
}

/// From where files are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// A named context, in lower case.
    Named(String),
    /// A stage, by its number in the file.
    Stage(usize),
    /// An image, by its reference.
    Image(String),
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopySource {
    /// A path or a pattern, as the file has it.
    Path(String),
    /// A URL that is fetched (`ADD` only).
    Url(String),
    /// A git repository (`ADD` only).
    Git(String),
    /// A heredoc: a file with this text.
    Inline {
        /// The file's name.
        name: String,
        /// Its content.
        content: String,
    },
}

/// Where files go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Destination {
    /// The whole path: `C:\app`, `/app`.
    #[serde(serialize_with = "base_path::value")]
    pub path: String,
    /// Whether it is a folder by its spelling: it ends with a slash, or is `.`.
    pub folder: bool,
}

/// Spans as pairs of offsets into the file's text.
fn offsets<S: serde::Serializer>(spans: &[Span], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(spans.iter().map(|span| (span.start, span.end)))
}
