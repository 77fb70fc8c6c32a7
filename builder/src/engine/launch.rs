//! What the container of a step is made of: command, environment, mounts and limits, from the step and the command line.

use std::collections::BTreeMap;

use crate::image::Digest;
use crate::plan::{Action, Command, Step};

use super::error::EngineError;
use super::secret::{SecretError, Secrets, Value};

/// What a step's container is made of.
#[derive(Debug)]
pub(super) struct Launch {
    /// The step, as an instruction.
    pub step: String,
    /// The file, and the line that it begins on.
    pub place: String,
    /// The command as the engine takes it.
    pub command: Vec<String>,
    /// Whether the command is one whole Windows command line.
    pub args_escaped: bool,
    /// `NAME=value`: build arguments and secrets, and above them the variables of the image.
    pub env: Vec<String>,
    /// The names among them that are not the image's.
    pub foreign: Vec<String>,
    /// The account.
    pub user: String,
    /// The folder.
    pub workdir: String,
    /// `none`, `host` or the engine's own.
    pub network: Option<String>,
    /// Files with secrets, by the path they have in the container.
    pub files: Vec<(String, Value)>,
    /// Folders that outlive the step, with the volume that keeps each.
    pub caches: Vec<(String, String)>,
    /// Folders in memory.
    pub tmpfs: Vec<String>,
    /// The names of the secrets that the step gets.
    pub secrets: Vec<String>,
}

/// Reads a `RUN` step.
///
/// # Errors
/// A mount or a flag that only BuildKit has, and a secret that is not given.
pub(super) fn launch(step: &Step, place: &str, windows: bool, secrets: &Secrets) -> Result<Launch, EngineError> {
    let Action::Run { command, mounts, flags } = &step.action else {
        unreachable!("only a RUN needs an engine: the plan says so");
    };
    let (command, args_escaped) = words(command, &step.state.shell, windows);
    let mut launch = Launch {
        step: step.text.clone(),
        place: place.to_owned(),
        command,
        args_escaped,
        env: Vec::new(),
        foreign: Vec::new(),
        user: step.state.user.clone(),
        workdir: step.state.workdir.clone(),
        network: network(flags, place)?,
        files: Vec::new(),
        caches: Vec::new(),
        tmpfs: Vec::new(),
        secrets: Vec::new(),
    };
    check_path(step, place, windows)?;
    let image = step.state.env.pairs();
    let mut given = [step.state.machine.env.clone(), step.state.args.pairs()].concat();
    for mount in mounts {
        add_mount(&mut launch, &mut given, mount, windows, secrets)?;
    }
    let (env, foreign) = environment(&given, &image, windows);
    (launch.env, launch.foreign) = (env, foreign);
    Ok(launch)
}

/// A step sees the machine's `PATH` as its container's registry has it. What a lowered step before it changed is not
/// there, and cannot be put around a `PATH` that nobody here knows.
fn check_path(step: &Step, place: &str, windows: bool) -> Result<(), EngineError> {
    let has_own = step.state.env.pairs().iter().any(|(name, _)| name.eq_ignore_ascii_case("PATH"));
    if !windows || has_own || step.state.machine.get("PATH").is_none() {
        return Ok(());
    }
    Err(EngineError::Unsupported {
        place: place.to_owned(),
        what: "a RUN before this one changes PATH without a container, and this one runs in one".to_owned(),
        help: "carry that one out in a container, too: --lower off".to_owned(),
    })
}

/// The command, and whether it is one whole command line: on Windows a shell form is, as the classic builder has it.
pub(super) fn words(command: &Command, shell: &[String], windows: bool) -> (Vec<String>, bool) {
    match command {
        Command::Exec(words) => (words.clone(), false),
        Command::Shell(text) if windows => (vec![format!("{} {text}", shell.join(" "))], true),
        Command::Shell(text) => (shell.iter().cloned().chain([text.clone()]).collect(), false),
    }
}

/// The variables of a container: those given to the step, and above them those of the image.
fn environment(given: &[(String, String)], image: &[(String, String)], windows: bool) -> (Vec<String>, Vec<String>) {
    let fold = |name: &str| if windows { name.to_uppercase() } else { name.to_owned() };
    let of_image: BTreeMap<String, ()> = image.iter().map(|(name, _)| (fold(name), ())).collect();
    // Of two that are given under one name, the later counts.
    let mut last: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for (name, value) in given.iter().filter(|(name, _)| !of_image.contains_key(&fold(name))) {
        last.insert(fold(name), (name, value));
    }
    let foreign = last.values().map(|(name, _)| (*name).to_owned()).collect();
    let pair = |(name, value): (&str, &str)| format!("{name}={value}");
    let env = last.into_values().map(pair).chain(image.iter().map(|(name, value)| pair((name, value)))).collect();
    (env, foreign)
}

fn network(flags: &[String], place: &str) -> Result<Option<String>, EngineError> {
    let mut network = None;
    for flag in flags {
        let name = flag.trim_start_matches("--");
        match name.split_once('=').unwrap_or((name, "")) {
            ("network", "default") => {}
            ("network", value @ ("none" | "host")) => network = Some(value.to_owned()),
            ("mount", _) => {}
            ("security", "sandbox") => {}
            _ => {
                return Err(EngineError::Unsupported {
                    place: place.to_owned(),
                    what: format!("a Docker Engine does not know RUN {flag}"),
                    help: "take it away, or build with --engine buildkit".to_owned(),
                });
            }
        }
    }
    Ok(network)
}

/// The fields of a `--mount`, by their names in lower case.
fn fields(mount: &str) -> BTreeMap<String, &str> {
    let fields = mount.trim_start_matches("--mount=").split(',');
    fields
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .map(|(key, value)| (key.to_ascii_lowercase(), value.trim_matches('"')))
        .collect()
}

/// The first of these fields that has a value.
fn field<'m>(fields: &BTreeMap<String, &'m str>, keys: &[&str]) -> Option<&'m str> {
    keys.iter().find_map(|key| fields.get(*key).copied()).filter(|value| !value.is_empty())
}

const TARGET: [&str; 3] = ["target", "dst", "destination"];

/// The secret that a `--mount` asks for, if it is one for a secret.
pub fn secret_id(mount: &str) -> Option<String> {
    let fields = fields(mount);
    let id = field(&fields, &["id"]).or_else(|| field(&fields, &TARGET).map(base_name));
    (fields.get("type").copied() == Some("secret")).then(|| id.unwrap_or_default().to_owned())
}

fn add_mount(
    launch: &mut Launch,
    given: &mut Vec<(String, String)>,
    mount: &str,
    windows: bool,
    secrets: &Secrets,
) -> Result<(), EngineError> {
    let place = launch.place.clone();
    let fields = fields(mount);
    let get = |keys: &[&str]| field(&fields, keys);
    let target = get(&TARGET);
    match fields.get("type").copied() {
        Some("secret") => {
            let id = &secret_id(mount).unwrap_or_default();
            let required = fields.get("required").is_some_and(|value| value.is_empty() || *value == "true");
            let Some(value) = secrets.get(id) else {
                return match required {
                    true => Err(SecretError::NotGiven { id: id.to_owned(), step: place }.into()),
                    false => Ok(()),
                };
            };
            launch.secrets.push(id.to_owned());
            let variable = get(&["env"]);
            if let Some(name) = variable {
                let text = value.text().ok_or_else(|| SecretError::NotText { id: id.to_owned() })?;
                given.push((name.to_owned(), text.to_owned()));
            }
            if target.is_some() || variable.is_none() {
                launch.files.push((secret_path(target, id, windows, &place)?, value.clone()));
            }
        }
        Some("cache") => {
            let target = target.ok_or_else(|| unsupported(&place, "a cache mount without a target"))?;
            let name = get(&["id"]).unwrap_or(target);
            let volume = format!("wbuild-cache-{}", Digest::of(name.as_bytes()).short());
            launch.caches.push((target.to_owned(), volume));
        }
        Some("tmpfs") if !windows => {
            launch.tmpfs.push(target.ok_or_else(|| unsupported(&place, "a tmpfs mount without a target"))?.to_owned());
        }
        Some(kind) => return Err(unsupported(&place, &format!("a mount of type {kind}"))),
        None => return Err(unsupported(&place, "a bind mount")),
    }
    Ok(())
}

fn unsupported(place: &str, what: &str) -> EngineError {
    EngineError::Unsupported {
        place: place.to_owned(),
        what: format!("a Docker Engine does not know RUN with {what}"),
        help: "COPY what the step needs, or build with --engine buildkit".to_owned(),
    }
}

/// The folder of secrets. It is a mount of its own, so that nothing in it is committed.
const FOLDERS: [&str; 2] = ["/run/secrets", "C:\\run\\secrets"];

/// Where a secret is a file. Elsewhere the mount would hide a folder of the image, and what the step writes there
/// would be lost.
fn secret_path(target: Option<&str>, id: &str, windows: bool, place: &str) -> Result<String, EngineError> {
    let (folder, separator) = if windows { (FOLDERS[1], '\\') } else { (FOLDERS[0], '/') };
    let Some(target) = target else { return Ok(format!("{folder}{separator}{}", base_name(id))) };
    let target = if windows { target.replace('/', "\\") } else { target.to_owned() };
    let inside = target.rsplit_once(separator).is_some_and(|(parent, _)| parent.eq_ignore_ascii_case(folder));
    if inside {
        return Ok(target);
    }
    Err(EngineError::Unsupported {
        place: place.to_owned(),
        what: format!(
            "the secret `{id}` is to be the file {target}, and only {folder} can hold secrets on a Docker Engine"
        ),
        help: format!(
            "leave target= out and read {folder}{separator}{id}, take it as a variable with env=NAME, or build with --engine buildkit"
        ),
    })
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::run_step;

    fn secrets() -> Secrets {
        Secrets::read(&["id=token,env=T".parse().unwrap()], &|_| Some("s3cr3t".to_owned())).unwrap()
    }

    fn of(step: &Step, windows: bool) -> Launch {
        launch(step, "Dockerfile:2", windows, &secrets()).unwrap()
    }

    #[test]
    fn a_shell_form_is_one_line_on_windows() {
        let mut step = run_step("dir C:\\");
        step.state.shell = ["cmd", "/S", "/C"].map(str::to_owned).to_vec();
        let windows = of(&step, true);
        assert_eq!((windows.command, windows.args_escaped), (vec!["cmd /S /C dir C:\\".to_owned()], true));
        let linux = of(&step, false);
        assert_eq!((linux.command.len(), linux.args_escaped), (4, false));
    }

    #[test]
    fn variables_of_the_image_stand_above_build_arguments() {
        let mut step = run_step("x");
        step.state.env = vec![("Path".to_owned(), "C:\\a".to_owned())].into();
        step.state.args = vec![("PATH".to_owned(), "no".to_owned()), ("V".to_owned(), "1".to_owned())].into();
        let windows = of(&step, true);
        assert_eq!(
            (windows.env, windows.foreign),
            (vec!["V=1".to_owned(), "Path=C:\\a".to_owned()], vec!["V".to_owned()])
        );
        assert_eq!(of(&step, false).foreign, ["PATH", "V"]);
    }

    #[test]
    fn a_secret_comes_as_variable_or_file() {
        let mut step = run_step("x");
        let Action::Run { mounts, .. } = &mut step.action else { panic!() };
        *mounts = vec!["type=secret,id=token,env=TOKEN".to_owned(), "type=secret,id=token".to_owned()];
        let launch = of(&step, false);
        assert_eq!((launch.env, launch.foreign), (vec!["TOKEN=s3cr3t".to_owned()], vec!["TOKEN".to_owned()]));
        assert_eq!(launch.files[0].0, "/run/secrets/token");
        assert_eq!(of(&step, true).files[0].0, "C:\\run\\secrets\\token");
    }

    #[test]
    fn a_required_secret_must_be_given() {
        let mut step = run_step("x");
        let Action::Run { mounts, .. } = &mut step.action else { panic!() };
        *mounts = vec!["type=secret,id=other".to_owned()];
        assert!(launch(&step, "Dockerfile:2", false, &secrets()).unwrap().secrets.is_empty());
        let Action::Run { mounts, .. } = &mut step.action else { panic!() };
        *mounts = vec!["type=secret,id=other,required".to_owned()];
        let error = launch(&step, "Dockerfile:2", false, &secrets()).unwrap_err();
        assert!(error.to_string().contains("`other`"), "{error}");
    }

    #[test]
    fn what_only_buildkit_has_is_refused_with_the_way_out() {
        for mount in ["type=bind,target=/a", "type=ssh", "target=/a"] {
            let mut step = run_step("x");
            let Action::Run { mounts, .. } = &mut step.action else { panic!() };
            *mounts = vec![mount.to_owned()];
            let error = launch(&step, "Dockerfile:2", false, &secrets()).unwrap_err();
            assert!(matches!(&error, EngineError::Unsupported { help, .. } if help.contains("buildkit")), "{error}");
        }
    }
}
