//! What `wbuild build` does with an engine: opening one, holding it against the plan, and handing over to BuildKit.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use crate::args::{Build, Engine, EngineArgs, IsolationArg, ProgressMode};
use crate::build::base::Found;
use crate::build::kernel::Kernel;
use crate::engine::buildkit::{self, Handover};
use crate::engine::{
    Caches, EngineError, Interrupt, Isolation, LocalImage, Options, Pauses, Probe, SecretSource, Secrets, Session,
    Settings, Surroundings, Verify,
};
use crate::failure::{Exit, Failure};
use crate::plan::{Action, Place, Plan, format};
use crate::progress::Progress;
use crate::registry::Client;
use crate::store::Store;

use super::input::Input;
use super::output::{self, Goals};

/// The engine of a command: reached when something first asks for it.
pub struct Lazy<'a> {
    args: &'a Build,
    store: &'a Store,
    client: &'a Arc<Client>,
    progress: &'a Progress,
    secrets: Vec<SecretSource>,
    /// Values of arguments, which are shown nowhere.
    hidden: Vec<String>,
    session: OnceCell<Arc<Session>>,
}

impl<'a> Lazy<'a> {
    /// Reads what the command line says; reaches nothing yet.
    ///
    /// # Errors
    /// A secret that cannot be read as one.
    pub fn new(
        args: &'a Build,
        read: &Input,
        store: &'a Store,
        client: &'a Arc<Client>,
        progress: &'a Progress,
    ) -> Result<Self, Failure> {
        let secrets = secrets(args)?;
        let hidden = format::long_secret_values(&read.build_args);
        Ok(Lazy { args, store, client, progress, secrets, hidden, session: OnceCell::new() })
    }

    /// The secrets as the command line names them.
    pub fn secrets(&self) -> &[SecretSource] {
        &self.secrets
    }

    /// Whether the image goes to an engine: to be tried out, or to stay there.
    fn is_asked_for(&self) -> bool {
        verify(&self.args.steps).is_some() || self.args.output.iter().any(|place| place == "engine")
    }

    /// Says before anything is fetched when nothing can carry out the steps that need a container.
    ///
    /// # Errors
    /// The steps, and why there is no engine for them.
    pub fn check(&self, plan: &Plan, listed: impl Fn(&Plan) -> Option<String>) -> Result<(), Failure> {
        let steps = listed(plan);
        // What is no command no container carries out.
        let mut all = plan.stages.iter().flat_map(|stage| &stage.steps);
        if all.any(|step| matches!(step.place, Place::Engine(_)) && !matches!(step.action, Action::Run { .. })) {
            let steps = steps.unwrap_or_default();
            let mut failure = Failure::new(Exit::Dockerfile, "not all steps can be carried out here");
            failure.help.extend(steps.lines().skip(1).map(str::to_owned));
            return Err(failure.help("clone it before the build, and copy from the context or from --build-context"));
        }
        if steps.is_none() && !self.is_asked_for() {
            return Ok(());
        }
        match self.args.engine {
            Some(Engine::Offline) if self.is_asked_for() => {
                Err(Failure::new(Exit::Usage, "--verify and -o engine need an engine, and --engine offline has none"))
            }
            Some(Engine::Offline) if self.args.cache_from.is_empty() => Err(refused(steps, None)),
            Some(Engine::Offline) => Ok(()),
            _ => match self.session() {
                Ok(_) => Ok(()),
                // A secret that cannot be had is not for want of an engine.
                Err(error @ EngineError::Secret(_)) => Err(error.into()),
                Err(_) if self.may_do_without() => Ok(()),
                Err(error) if self.args.engine.is_none() && steps.is_some() => Err(refused(steps, Some(error))),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Whether caches may do what an engine would.
    fn may_do_without(&self) -> bool {
        self.args.engine != Some(Engine::Docker) && !self.args.cache_from.is_empty() && !self.is_asked_for()
    }

    /// The engine, reached once.
    fn session(&self) -> Result<Arc<Session>, EngineError> {
        if let Some(session) = self.session.get() {
            return Ok(Arc::clone(session));
        }
        let variable = |name: &str| env::var(name).ok();
        let options = Options {
            settings: settings(&self.args.steps),
            secrets: Secrets::read(&self.secrets, &variable)?.hiding(self.hidden.iter().cloned()),
            area: self.store.own("engine"),
            pauses: Pauses::default(),
            interrupt: Interrupt::on_signals(),
        };
        let home = variable("USERPROFILE").or_else(|| variable("HOME")).map(PathBuf::from);
        let session = Arc::new(Session::open(&Surroundings { variable: &variable, home }, options, self.progress)?);
        Ok(Arc::clone(self.session.get_or_init(|| session)))
    }

    /// An image that the engine has, where the build uses one.
    ///
    /// # Errors
    /// When the engine cannot say, or the image cannot be taken over.
    pub fn image(&self, name: &str, only_there: bool) -> Result<Option<LocalImage>, Failure> {
        let session = match (self.session.get(), self.args.engine) {
            (Some(session), _) => Arc::clone(session),
            (_, Some(Engine::Docker)) => self.session()?,
            _ => return Ok(None),
        };
        session.image(name, only_there, self.store)
    }

    /// What carries out the steps of a plan that need a container; nothing where none does. The engine is held against
    /// the base images, whose documents are known, before their layers are fetched.
    ///
    /// # Errors
    /// When the engine does not fit, and caches may not do without it.
    pub fn kernel(&self, plan: &Plan, images: &BTreeMap<String, Found>) -> Result<Option<Kernel>, Failure> {
        let needed =
            plan.stages.iter().flat_map(|stage| &stage.steps).any(|step| matches!(step.place, Place::Engine(_)));
        if !needed && !self.is_asked_for() {
            return Ok(None);
        }
        let caches = Caches::new(self.client, &self.args.cache_from, &self.args.cache_to)?;
        if self.args.engine == Some(Engine::Offline) {
            return Ok(Some(Kernel::new(None, caches)));
        }
        let isolation = settings(&self.args.steps).isolation;
        let fit = self.session().map_err(Failure::from).and_then(|session| {
            crate::build::kernel::preflight(&session, plan, images, isolation)?;
            Ok(session)
        });
        match fit {
            Ok(session) => Ok(Some(Kernel::new(Some(session), caches))),
            Err(failure) if self.may_do_without() => {
                self.progress.note(&format!("steps come from caches only: {}", failure.cause));
                Ok(Some(Kernel::new(None, caches)))
            }
            Err(failure) => Err(failure),
        }
    }

    /// How the image is tried out, if it is.
    pub fn verify(&self) -> Option<Verify> {
        verify(&self.args.steps)
    }
}

/// The steps that need a container where nothing runs one: the first line says how many.
fn refused(steps: Option<String>, error: Option<EngineError>) -> Failure {
    let steps = steps.unwrap_or_default();
    let mut lines = steps.lines();
    let mut failure = Failure::new(Exit::Dockerfile, lines.next().unwrap_or_default().to_owned());
    failure.help.extend(lines.map(str::to_owned));
    if let Some(error) = error {
        failure = failure.help(format!("{error}"));
    }
    failure.help(
        "build on a host with Windows containers and --engine docker, take these steps from a build there with \
         --cache-from, or do them with COPY and ADD",
    )
}

fn secrets(args: &Build) -> Result<Vec<SecretSource>, Failure> {
    args.secret.iter().map(|text| text.parse().map_err(|error| EngineError::Secret(error).into())).collect()
}

fn settings(args: &EngineArgs) -> Settings {
    Settings {
        ok_exit: args.ok_exit.clone(),
        timeout: args.timeout,
        retries: args.retries,
        idle_timeout: Some(args.idle_timeout),
        memory: args.memory,
        isolation: match args.isolation {
            IsolationArg::Default => Isolation::Default,
            IsolationArg::Process => Isolation::Process,
            IsolationArg::HyperV => Isolation::HyperV,
        },
        dns: args.dns.clone(),
        keep_failed: args.keep_failed,
    }
}

fn verify(args: &EngineArgs) -> Option<Verify> {
    let probe = match (&args.verify_cmd, &args.verify_url) {
        (Some(command), _) => Probe::Command(command.clone()),
        (None, Some(url)) => Probe::Url(url.clone()),
        (None, None) if args.verify => Probe::Health,
        (None, None) => return None,
    };
    Some(Verify { probe, within: args.verify_timeout })
}

/// Hands the planned build over to `docker buildx build`.
///
/// # Errors
/// What buildx does not do, and its failure.
pub fn hand_over(args: &Build, read: &Input, plan: &Plan, goals: &Goals) -> Result<Exit, Failure> {
    let usage = |what: &str| Failure::new(Exit::Usage, format!("{what}: --engine buildkit does not do this"));
    if verify(&args.steps).is_some() {
        return Err(usage("--verify").help("push under a test tag, then wbuild promote it once it works"));
    }
    if args.os_version.len() > 1 {
        return Err(usage("several --os-version").help("build each with --build-arg, then put them under one index"));
    }
    let platform = plan.stages.last().map(|stage| stage.platform.clone()).unwrap_or_default();
    let progress = match args.progress {
        ProgressMode::Auto => "auto",
        ProgressMode::Plain => "plain",
        ProgressMode::Json => "rawjson",
        ProgressMode::Quiet => "quiet",
    };
    buildkit::build(&Handover {
        dockerfile: format::dockerfile(plan, &read.document),
        context: args.source.context.display().to_string(),
        platform: format!("{}/{}", platform.os, platform.architecture),
        tags: output::names(goals),
        labels: goals.labels.clone().into_iter().collect(),
        build_args: args.source.build_arg.clone(),
        build_contexts: args.source.build_context.clone(),
        target: args.source.target.clone(),
        secrets: secrets(args)?,
        cache_from: args.cache_from.clone(),
        cache_to: args.cache_to.clone(),
        outputs: args.output.clone(),
        push: args.push,
        metadata_file: args.metadata_file.as_ref().map(|file| file.display().to_string()),
        progress: progress.to_owned(),
    })?;
    Ok(Exit::Ok)
}
