//! `wbuild build`.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use dockerfile::facts::registry_path::RegistryPath;

use crate::args::{Build, Cli, Engine, OnOff};
use crate::build::base::{self, Found, Named, Places};
use crate::build::base_path;
use crate::build::versions::OsVersion;
use crate::build::{self, Built, Folders, Listing, Run};
use crate::context::{Digests, ignore_file};
use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, Digest, ImageConfig, Index, Platform, compare_versions, media_type};
use crate::layer::{Flavor, Time};
use crate::plan::{self, ContextListing, Place, Plan, Request};
use crate::progress::{Progress, counted};
use crate::registry::Client;
use crate::store::Store;
use crate::store::source::Wanted;

use super::engine::{self, Lazy};
use super::input::{self, Input};
use super::{gate, output, progress, store, unused};

/// Builds an image.
///
/// # Errors
/// What kept it from being built, with the exit code.
pub fn run(args: &Build, cli: &Cli) -> Result<Exit, Failure> {
    let read = input::read(&args.source)?;
    gate::lint(&read, &args.source, input::style(cli.color, &io::stderr()))?;
    let goals = output::goals(args)?;
    let versions = args.os_version.iter().map(|text| OsVersion::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    // A pool that is there already was asked for by someone else in this process.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    let progress = progress::open(args.progress);
    let store = store::open(args.store.as_deref())?;
    let client = super::client(cli);
    let named = named(&read)?;
    let engine = Lazy::new(args, &read, &store, &client, &progress)?;
    let session = Session {
        args,
        read: &read,
        store: &store,
        client: &client,
        progress: &progress,
        named,
        jobs,
        engine,
        goals: &goals,
    };
    if args.engine == Some(Engine::BuildKit) {
        let plan = session.plan(&Platform::new("windows", "amd64"), &read.build_args, &Known::default(), None)?;
        output::check_new(&goals, &client)?;
        return engine::hand_over(args, &read, &plan, &goals);
    }
    let images = session.build(&versions)?;
    let image = session.together(images)?;
    output::deliver(&goals, &store, &client, &image, &progress)
}

/// An image that was built, or several under one index.
pub struct Image {
    /// What names it: a manifest's or an index's descriptor.
    pub descriptor: Descriptor,
    /// The images in it.
    pub images: Vec<Descriptor>,
}

fn named(read: &Input) -> Result<BTreeMap<String, Named>, Failure> {
    let parse = |(name, text): (&String, &String)| Ok((name.clone(), Named::parse(name, text)?));
    read.contexts.iter().map(parse).collect()
}

struct Session<'a> {
    args: &'a Build,
    read: &'a Input,
    store: &'a Store,
    client: &'a Arc<Client>,
    progress: &'a Progress,
    named: BTreeMap<String, Named>,
    jobs: NonZeroUsize,
    engine: Lazy<'a>,
    goals: &'a output::Goals,
}

impl Session<'_> {
    fn build(&self, versions: &[OsVersion]) -> Result<Vec<Descriptor>, Failure> {
        let source = &self.args.source;
        let file = match source.file.as_deref() {
            Some(file) => Some(file.to_owned()).filter(|file| file.as_os_str() != "-"),
            None => Some(source.context.join("Dockerfile")),
        };
        let (ignore, notes) =
            ignore_file(&source.context, file.as_deref()).map_err(|error| Failure::new(Exit::Usage, error))?;
        notes.iter().for_each(|note| self.progress.warn(note));
        let digests = Arc::new(Digests::open(&self.digests_file(&source.context)));
        let folders = || Folders {
            context: source.context.clone(),
            ignore: ignore.clone(),
            named: self.named.clone(),
            digests: Arc::clone(&digests),
            open: build::OpenFolders::default(),
        };
        let built = match versions {
            [] => self.one(None, folders()).map(|built| vec![built]),
            versions => versions.iter().map(|version| self.one(Some(version), folders())).collect(),
        };
        // Also after a failure: what was digested need not be read again.
        if let Err(error) = digests.save() {
            self.progress.warn(&format!("the digests of the context cannot be kept: {error}"));
        }
        built?.iter().map(|built| Ok(built.store(self.store)?)).collect()
    }

    fn digests_file(&self, context: &Path) -> std::path::PathBuf {
        let root = context.canonicalize().unwrap_or_else(|_| context.to_owned());
        self.store.own(Path::new("contexts").join(Digest::of(root.to_string_lossy().as_bytes()).hex()))
    }

    /// Builds one image, for one version of Windows.
    fn one(&self, version: Option<&OsVersion>, folders: Folders) -> Result<Built, Failure> {
        let platform = Platform {
            os_version: version.map(|version| version.version.clone()),
            ..Platform::new("windows", "amd64")
        };
        let instructions = &self.read.document.built.instructions;
        let arguments = match version {
            Some(version) => version.arguments(instructions, &self.read.build_args),
            None => self.read.build_args.clone(),
        };
        let mut known = Known::default();
        let planned =
            |known: &Known, files: Option<&dyn ContextListing>| self.plan(&platform, &arguments, known, files);
        let first = planned(&known, None)?;
        self.check(&first)?;
        self.engine.check(&first, |plan| self.engine_steps(plan))?;
        let mut images = BTreeMap::new();
        self.find(&first, &platform, &mut images)?;
        known.configs = configs(&images);
        let plan = planned(&known, None)?;
        self.check(&plan)?;
        self.engine.check(&plan, |plan| self.engine_steps(plan))?;
        // What the bases' triggers name.
        self.find(&plan, &platform, &mut images)?;
        unused::check(self.args, self.engine.secrets(), self.read, &plan, self.progress)?;
        let kernel = self.engine.kernel(&plan, &images)?;
        known.configs = configs(&images);
        let flavor = plan.stages.last().map_or(Flavor::Windows, build::flavor);
        let listing = Listing { folders: &folders, flavor };
        // The context is digested while layers come.
        let mut plan = thread::scope(|scope| {
            let pulling =
                scope.spawn(|| images.values().try_for_each(|found| base::pull(found, self.store, self.progress)));
            let plan = planned(&known, Some(&listing));
            pulling.join().expect("pulling does not panic")?;
            plan
        })?;
        known.paths = self.paths(&plan, &images)?;
        if !known.paths.is_empty() {
            plan = planned(&known, Some(&listing))?;
            self.engine.check(&plan, |plan| self.engine_steps(plan))?;
        }
        for name in &plan.unused_args {
            self.progress.warn(&format!("--build-arg {name}: nothing in the Dockerfile declares it"));
        }
        let run = Run {
            store: self.store,
            progress: self.progress.clone(),
            compression: self.args.compression,
            threads: self.jobs,
            epoch: source_date_epoch()?,
            file: self.read.path.clone(),
            secrets: plan::format::Hidden::new(&self.read.document, &self.read.build_args),
            folders,
            images,
            runner: kernel.as_ref().map(|kernel| kernel as &dyn build::Runner),
            fresh: build::Fresh::default(),
        };
        let mut built = build::run(&run, &plan)?;
        built.label(&self.goals.labels);
        let names = if self.goals.engine { output::names(self.goals) } else { Vec::new() };
        let verify = self.engine.verify();
        if let Some(kernel) = kernel.as_ref().filter(|_| self.goals.engine || verify.is_some()) {
            kernel.deliver(&run, &built, &names, verify.as_ref())?;
        }
        Ok(built)
    }

    fn plan(
        &self,
        platform: &Platform,
        arguments: &BTreeMap<String, String>,
        known: &Known,
        files: Option<&dyn ContextListing>,
    ) -> Result<Plan, Failure> {
        let source = &self.args.source;
        let contexts: Vec<String> = self.named.keys().cloned().collect();
        let request = Request {
            document: &self.read.document,
            build_args: arguments,
            target: source.target.as_deref(),
            split: source.split,
            lower: source.lower == OnOff::On,
            platform,
            bases: &known.configs,
            paths: &known.paths,
            contexts: &contexts,
            files,
        };
        plan::plan(&request).map_err(|error| super::plan::refused(self.read, error))
    }

    /// The `PATH` in the registry of each base that the plan cannot do without.
    fn paths(&self, plan: &Plan, images: &BTreeMap<String, Found>) -> Result<BTreeMap<String, RegistryPath>, Failure> {
        let read = |name: &str| {
            let found = images.get(name).expect("the images of a plan are found before it runs");
            let path = base_path::read(self.store, found).map_err(|error| {
                Failure::new(Exit::Layer, format!("{name}: the PATH in its registry cannot be read: {error}"))
                    .help("write ENV PATH=... with the whole PATH, or build the step that adds to it on an engine")
            })?;
            Ok((name.to_owned(), path))
        };
        plan::unread(plan).into_iter().map(read).collect()
    }

    /// What no build of the plan could do.
    fn check(&self, plan: &Plan) -> Result<(), Failure> {
        let secrets = plan::format::Hidden::new(&self.read.document, &self.read.build_args);
        build::check(&self.read.path, plan, &secrets)
    }

    /// The steps that need a container, each with its place and the reason.
    fn engine_steps(&self, plan: &Plan) -> Option<String> {
        let secrets = plan::format::Hidden::new(&self.read.document, &self.read.build_args);
        let mut reasons = Vec::new();
        for step in plan.stages.iter().flat_map(|stage| &stage.steps) {
            if let Place::Engine(reason) = &step.place {
                let line = build::place(&self.read.path, step);
                reasons.push(secrets.mask(&format!("{line}: {reason}: {}", step.text)));
            }
        }
        let need = if reasons.len() == 1 { "needs" } else { "need" };
        let steps = counted(reasons.len(), "step");
        (!reasons.is_empty()).then(|| format!("{steps} {need} a container\n{}", reasons.join("\n")))
    }

    /// Finds the images of a plan. What a stage runs on is guessed from its instructions where nothing says it, so the
    /// base has the last word: the platform that was asked for, and then, unless a version was, any.
    fn find(&self, plan: &Plan, asked: &Platform, images: &mut BTreeMap<String, Found>) -> Result<(), Failure> {
        let engine = |name: &str, only_there| self.engine.image(name, only_there);
        let places = Places {
            named: &self.named,
            store: self.store,
            client: self.client,
            engine: &engine,
            progress: self.progress,
        };
        for (name, build::Asked { stage, line }) in build::images(plan, &self.named) {
            if images.contains_key(&name) {
                continue;
            }
            let mut platforms = vec![base::wanted(&stage.platform)];
            if !self.is_flagged(stage.line) {
                platforms.push(base::wanted(asked));
                if asked.os_version.is_none() {
                    platforms.push(Wanted { os: None, ..base::wanted(asked) });
                }
            }
            let at = |failure: Failure| failure.about(&format!("{}:{line}", self.read.path));
            let found = base::find(&places, &name, &platforms).map_err(at)?;
            images.insert(name, found);
        }
        Ok(())
    }

    /// Whether the `FROM` at a line says its platform itself.
    fn is_flagged(&self, line: u32) -> bool {
        let instructions = &self.read.document.built.instructions;
        let mut at = instructions.iter().filter(|instruction| instruction.lines.0 == line);
        at.any(|instruction| instruction.flag("platform").is_some())
    }

    /// One image as it is; several under an index, the newest version of Windows first.
    fn together(&self, mut images: Vec<Descriptor>) -> Result<Image, Failure> {
        let version = |image: &Descriptor| {
            image.platform.as_ref().and_then(|platform| platform.os_version.clone()).unwrap_or_default()
        };
        if let [only] = &images[..] {
            return Ok(Image { descriptor: only.clone(), images });
        }
        images.sort_by(|left, right| compare_versions(&version(right), &version(left)));
        if let Some(pair) = images.windows(2).find(|pair| version(&pair[0]) == version(&pair[1])) {
            let cause = format!("two of the images are for the same version of Windows, {}", version(&pair[0]));
            return Err(Failure::new(Exit::Dockerfile, cause)
                .help("let the tag of the base follow: ARG WINDOWS=ltsc2022 before FROM ...:${WINDOWS}"));
        }
        let descriptor = self.store.put_json(
            media_type::INDEX,
            &Index::of_images(images.clone()).map_err(|error| Failure::new(Exit::Layer, error))?,
        )?;
        Ok(Image { descriptor, images })
    }
}

/// What is known of the bases of a build.
#[derive(Default)]
struct Known {
    configs: BTreeMap<String, ImageConfig>,
    paths: BTreeMap<String, RegistryPath>,
}

fn configs(images: &BTreeMap<String, Found>) -> BTreeMap<String, ImageConfig> {
    images.iter().map(|(name, found)| (name.clone(), found.image.config.clone())).collect()
}

fn source_date_epoch() -> Result<Option<Time>, Failure> {
    let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(seconds) if (0..=253_402_300_799).contains(&seconds) => Ok(Some(Time::at(seconds))),
        _ => Err(Failure::new(Exit::Usage, format!("SOURCE_DATE_EPOCH={text} is no number of seconds since 1970"))),
    }
}
