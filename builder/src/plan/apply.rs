//! What a step does to an image config, as the classic builder of Windows does it where the two builders differ.

use serde_json::json;

use crate::image::{ContainerConfig, ImageConfig};

use super::step::{Action, Command, Machine, Step};

/// Carries out what a step sets in the config: variables, command, user and the like. Steps that only change files
/// change nothing here. Layers and history are the business of who builds.
///
/// A shell-form command on Windows becomes one element, the whole command line, with `ArgsEscaped`: so do the classic
/// builder and the image specification, and every engine starts it unquoted.
pub fn apply_metadata(config: &mut ImageConfig, step: &Step) {
    let windows = config.platform.is_windows();
    let container = &mut config.config;
    match &step.action {
        Action::Env { pairs } => {
            for (name, value) in pairs {
                set_env(&mut container.env, name, value, windows);
            }
        }
        Action::Label { pairs } => container.labels.extend(pairs.iter().cloned()),
        Action::Workdir { path } => container.working_dir.clone_from(path),
        Action::User { user } => container.user.clone_from(user),
        Action::Expose { ports } => container.exposed_ports.extend(ports.iter().map(|port| (port.clone(), json!({})))),
        Action::Volume { paths } => container.volumes.extend(paths.iter().map(|path| (path.clone(), json!({})))),
        Action::Cmd(command) => {
            let words = line(command, &step.state.shell, windows, container);
            container.cmd = Some(words);
        }
        Action::Entrypoint { command, keeps_cmd } => {
            let words = line(command, &step.state.shell, windows, container);
            container.entrypoint = Some(words);
            if !keeps_cmd {
                container.cmd = None;
            }
        }
        Action::Healthcheck(check) => container.healthcheck = Some(check.clone()),
        Action::Shell { words } => container.shell = Some(words.clone()),
        Action::Onbuild { trigger } => container.on_build.push(trigger.clone()),
        Action::Stopsignal { signal } => container.stop_signal = Some(signal.clone()),
        Action::Maintainer { name } => config.author = Some(name.clone()),
        Action::Copy(_) | Action::Add { .. } | Action::Arg { .. } | Action::Run { .. } => {}
    }
}

/// Carries what lowered steps have set for the machine over into the config, once all steps are done. A variable that
/// the config has hides that of the registry, and does so here. A `PATH` of the config stands for the machine's and the
/// account's own, so it is what the processes of the image's account would find.
pub fn finish_config(config: &mut ImageConfig, machine: &Machine) {
    for (name, value) in &machine.env {
        let has = |entry: &String| entry.split_once('=').is_some_and(|(other, _)| other.eq_ignore_ascii_case(name));
        if config.config.env.iter().any(has) {
            continue;
        }
        let path = machine.path_of(&config.config.user).filter(|_| name.eq_ignore_ascii_case("PATH"));
        config.config.env.push(format!("{name}={}", path.as_ref().unwrap_or(value)));
    }
}

/// Sets a variable in its place, or at the end. Windows takes names that differ by case for one; the last spelling
/// stays.
pub(super) fn set_env(env: &mut Vec<String>, name: &str, value: &str, windows: bool) {
    let entry = format!("{name}={value}");
    let same = |other: &str| if windows { other.eq_ignore_ascii_case(name) } else { other == name };
    match env.iter_mut().find(|old| old.split_once('=').is_some_and(|(other, _)| same(other))) {
        Some(old) => *old = entry,
        None => env.push(entry),
    }
}

/// The words that start a command, and whether they are one line already.
fn line(command: &Command, shell: &[String], windows: bool, container: &mut ContainerConfig) -> Vec<String> {
    container.args_escaped = windows && matches!(command, Command::Shell(_));
    match command {
        Command::Exec(words) => words.clone(),
        Command::Shell(line) if windows => vec![format!("{} {line}", shell.join(" "))],
        Command::Shell(line) => shell.iter().chain([line]).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use dockerfile::facts::registry_path::RegistryPath;

    use super::*;
    use crate::image::{Digest, Platform};
    use crate::plan::{BasePath, FileOp, Key, Origin, Place, Policy, StepState};

    fn step(action: Action) -> Step {
        Step {
            origin: Origin::Trigger(0),
            text: String::new(),
            unit: None,
            action,
            state: StepState {
                shell: vec!["cmd".into(), "/S".into(), "/C".into()],
                user: String::new(),
                workdir: r"C:\".into(),
                env: crate::plan::Variables::default(),
                args: crate::plan::Variables::default(),
                machine: Machine::default(),
            },
            place: Place::Offline,
            key: Key { digest: Digest::of(b""), complete: true },
            policy: Policy::default(),
        }
    }

    fn applied(os: &str, actions: Vec<Action>) -> ContainerConfig {
        let mut config = ImageConfig::empty(Platform::new(os, "amd64"));
        config.config.cmd = Some(vec!["inherited".into()]);
        for action in actions {
            apply_metadata(&mut config, &step(action));
        }
        config.config
    }

    #[test]
    fn names_of_variables_fold_by_the_target() {
        let pairs = |pairs: &[(&str, &str)]| Action::Env {
            pairs: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        let actions = || vec![pairs(&[("Path", "a"), ("X", "1")]), pairs(&[("PATH", "b")])];
        assert_eq!(applied("windows", actions()).env, ["PATH=b", "X=1"]);
        assert_eq!(applied("linux", actions()).env, ["Path=a", "X=1", "PATH=b"]);
    }

    #[test]
    fn a_shell_form_command_is_one_line_on_windows() {
        let cmd = || vec![Action::Cmd(Command::Shell(r#"dir "a b""#.into()))];
        let windows = applied("windows", cmd());
        assert_eq!((windows.cmd.unwrap(), windows.args_escaped), (vec![r#"cmd /S /C dir "a b""#.to_owned()], true));
        let linux = applied("linux", cmd());
        assert_eq!((linux.cmd.unwrap().len(), linux.args_escaped), (4, false));
        let exec = applied("windows", [cmd(), vec![Action::Cmd(Command::Exec(vec!["a".into()]))]].concat());
        assert_eq!((exec.cmd.unwrap(), exec.args_escaped), (vec!["a".to_owned()], false));
    }

    #[test]
    fn an_entrypoint_takes_an_inherited_command_away() {
        let entrypoint = |keeps_cmd| Action::Entrypoint { command: Command::Exec(vec!["a.exe".into()]), keeps_cmd };
        assert_eq!(applied("windows", vec![entrypoint(false)]).cmd, None);
        assert_eq!(applied("windows", vec![entrypoint(true)]).cmd, Some(vec!["inherited".to_owned()]));
    }

    #[test]
    fn what_is_set_for_the_machine_comes_last_and_stays_below_the_config() {
        let mut config = ImageConfig::empty(Platform::new("windows", "amd64"));
        config.config.env = vec!["A=1".into()];
        let base_path = BasePath::Known(RegistryPath::new(r"C:\old", r"%USERPROFILE%\apps"));
        let mut machine = Machine { base_path, ..Machine::default() };
        let mut run = step(Action::Run { command: Command::Shell(String::new()), mounts: vec![], flags: vec![] });
        let set = |name: &str, value: &str| FileOp::SetEnv { name: name.into(), value: value.into() };
        run.place = Place::Lowered(vec![set("a", "2"), set("b", "2"), set("Path", r"C:\old;C:\x")]);
        machine.take(&run);
        assert_eq!(machine.path_of("").as_deref(), Some(r"C:\old;C:\x;C:\Users\ContainerAdministrator\apps"));
        config.config.user = "ContainerUser".into();
        finish_config(&mut config, &machine);
        assert_eq!(config.config.env, ["A=1", "b=2", r"Path=C:\old;C:\x;C:\Users\ContainerUser\apps"]);
        let ports = applied("windows", vec![Action::Expose { ports: vec!["80/tcp".into()] }]).exposed_ports;
        assert_eq!(ports.get("80/tcp"), Some(&json!({})));
    }
}
