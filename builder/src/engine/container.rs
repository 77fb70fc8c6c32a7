//! One container for one try of a step: created, attached to, waited for, started, stopped, committed, removed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigIsolationEnum, HostConfigLogConfig, Mount, MountType,
};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder,
    RenameContainerOptionsBuilder,
};

use super::commit::labels;
use super::connection::{Connection, LONG, SHORT};
use super::error::EngineError;
use super::launch::Launch;
use super::secret_files;
use super::settings::{HYPERV_MEMORY, Isolation, Settings};
use super::upload::archive_of;
use super::watch::{Ended, Output, Tail, Watch};

/// Whose containers these are.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    /// The build.
    pub build: String,
    /// The store that knows it.
    pub store: String,
}

/// Where and how containers run.
#[derive(Clone, Copy)]
pub(super) struct Host<'a> {
    /// Whose they are.
    pub owner: &'a Owner,
    /// What the command line says about them.
    pub settings: &'a Settings,
    /// Whether the engine runs Windows containers.
    pub windows: bool,
}

/// How a try ended.
pub(super) struct Try {
    /// How the container ended.
    pub ended: Ended,
    /// Whether the engine killed it for its memory.
    pub out_of_memory: bool,
    /// The last lines of its output.
    pub tail: Vec<String>,
}

impl Connection {
    /// Creates a container that is removed again by [`Connection::remove`]. The name is ours, so that it can be
    /// removed even when the engine's answer was lost.
    pub(super) async fn create(
        &self,
        name: &str,
        image: &str,
        owner: &Owner,
        body: ContainerCreateBody,
    ) -> Result<(), EngineError> {
        let options = CreateContainerOptionsBuilder::new().name(name).build();
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            labels: Some(labels(&owner.build, &owner.store)),
            ..body
        };
        let created = self.docker().create_container(Some(options), body);
        self.call_to_its_end("creating a container", LONG, created).await?;
        Ok(())
    }

    /// Removes a container with its volumes, running or not. That it is gone already is as good.
    pub(super) async fn remove(&self, name: &str) {
        use bollard::errors::Error::DockerResponseServerError as Refused;
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        let mut left = 3;
        // An engine that answers is asked longer: under load it cannot end a container at once, or ends it already.
        let mut refusals = 60;
        while left > 0 && refusals > 0 {
            let call = self.docker().remove_container(name, Some(options.clone()));
            match tokio::time::timeout(LONG, call).await {
                Ok(Err(Refused { status_code: 404, .. }) | Ok(())) => return,
                Ok(Err(Refused { status_code, message })) => {
                    tracing::debug!("removing {name}: {status_code} {message}");
                    refusals -= 1;
                }
                // The engine may be starting up again.
                _ => left -= 1,
            }
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        }
    }

    /// Creates the container of a step and runs it to its end. The container is still there afterwards.
    pub(super) async fn run_once(
        &self,
        name: &str,
        image: &str,
        host: &Host<'_>,
        launch: &Launch,
        watch: &Watch<'_>,
    ) -> Result<Try, EngineError> {
        let Host { owner, settings, windows } = *host;
        // A folder that the container sees must be there as long as it runs.
        let written = match windows && !launch.files.is_empty() {
            true => Some(secret_files::write(&launch.files, &std::env::temp_dir())?),
            false => None,
        };
        let shown = written.as_ref().map_or(&[][..], |written| &written.mounts);
        self.create(name, image, owner, body(launch, settings, windows, shown)).await?;
        if !windows {
            self.upload_secrets(name, launch).await?;
        }
        let options = AttachContainerOptionsBuilder::new().stream(true).stdout(true).stderr(true).build();
        let attached =
            self.call("attaching to the container", SHORT, self.docker().attach_container(name, Some(options)));
        let mut output: Output = attached.await?.output;
        let mut end = self.end_of(name, "next-exit");
        // The question should be there before the start; where it is late, it is asked again.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        self.call("starting the container", LONG, self.docker().start_container(name, None)).await?;
        let mut tail = Tail::new(watch.secrets);
        let ended = self.watch(name, &mut output, &mut end, watch, &mut tail).await;
        end.abort();
        let ended = ended?;
        let out_of_memory = ended == Ended::Code(137) && self.was_out_of_memory(name).await;
        Ok(Try { ended, out_of_memory, tail: tail.finish() })
    }

    async fn was_out_of_memory(&self, name: &str) -> bool {
        let inspected = self.call("looking at the container", SHORT, self.docker().inspect_container(name, None)).await;
        inspected.ok().and_then(|container| container.state?.oom_killed).unwrap_or(false)
    }

    /// Secrets go into a volume of their own, so that they are in no layer.
    async fn upload_secrets(&self, name: &str, launch: &Launch) -> Result<(), EngineError> {
        for (folder, files) in by_folder(&launch.files) {
            let archive = archive_of(&files).map_err(EngineError::file("the archive of secrets"))?;
            self.upload(name, &folder, archive).await?;
        }
        Ok(())
    }

    /// Sets a container aside for the user, and says how to enter it. It is no longer removed with the build.
    pub(super) async fn set_aside(&self, name: &str) -> Result<String, EngineError> {
        let kept = name.replacen("wbuild-", KEPT, 1);
        let options = RenameContainerOptionsBuilder::new().name(&kept).build();
        self.call("setting the container aside", SHORT, self.docker().rename_container(name, options)).await?;
        Ok(format!(
            "the container is kept as {kept}; to enter it: docker commit {kept} failed-step && docker run -it --rm \
             --entrypoint cmd failed-step (on Linux: --entrypoint sh); then: docker rm {kept}"
        ))
    }
}

/// How the names of containers begin that are kept for the user.
pub(super) const KEPT: &str = "wbuild-failed-";

/// The body of a container that is never started.
pub(super) fn idle_body() -> ContainerCreateBody {
    ContainerCreateBody {
        // It must have a command, and never gets to it.
        cmd: Some(vec!["wbuild".to_owned()]),
        entrypoint: Some(Vec::new()),
        ..ContainerCreateBody::default()
    }
}

/// The files by the folder that each is in.
fn by_folder(files: &[(String, super::secret::Value)]) -> BTreeMap<String, Vec<(String, &[u8])>> {
    let mut folders: BTreeMap<String, Vec<(String, &[u8])>> = BTreeMap::new();
    for (path, value) in files {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = if folder.is_empty() { "/" } else { folder };
        folders.entry(folder.to_owned()).or_default().push((name.to_owned(), value.expose()));
    }
    folders
}

/// `shown` are folders of the host with secrets, behind the folders of the container that show them.
fn body(launch: &Launch, settings: &Settings, windows: bool, shown: &[(String, PathBuf)]) -> ContainerCreateBody {
    let memory = match settings.isolation {
        Isolation::HyperV => settings.memory.or(Some(HYPERV_MEMORY)),
        _ => settings.memory,
    };
    let isolation = windows.then_some(match settings.isolation {
        Isolation::Default => HostConfigIsolationEnum::DEFAULT,
        Isolation::Process => HostConfigIsolationEnum::PROCESS,
        Isolation::HyperV => HostConfigIsolationEnum::HYPERV,
    });
    let host = HostConfig {
        memory: memory.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        isolation,
        network_mode: launch.network.clone(),
        dns: (!settings.dns.is_empty()).then(|| settings.dns.clone()),
        // The engine keeps no copy of what the step writes: a secret that it prints is on no disk.
        log_config: Some(HostConfigLogConfig { typ: Some("none".to_owned()), config: None }),
        mounts: Some(mounts(launch, windows, shown)),
        tmpfs: (!launch.tmpfs.is_empty())
            .then(|| launch.tmpfs.iter().map(|path| (path.clone(), String::new())).collect()),
        ..HostConfig::default()
    };
    ContainerCreateBody {
        cmd: Some(launch.command.clone()),
        args_escaped: launch.args_escaped.then_some(true),
        // An empty list takes the image's own away.
        entrypoint: Some(Vec::new()),
        env: Some(launch.env.clone()),
        user: (!launch.user.is_empty()).then(|| launch.user.clone()),
        working_dir: Some(launch.workdir.clone()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        host_config: Some(host),
        ..ContainerCreateBody::default()
    }
}

fn mounts(launch: &Launch, windows: bool, shown: &[(String, PathBuf)]) -> Vec<Mount> {
    let volume = |target: &str, source: Option<String>| Mount {
        target: Some(target.to_owned()),
        source,
        typ: Some(MountType::VOLUME),
        ..Mount::default()
    };
    let mut mounts: Vec<Mount> =
        launch.caches.iter().map(|(target, name)| volume(target, Some(name.clone()))).collect();
    if windows {
        mounts.extend(shown.iter().map(|(target, source)| Mount {
            target: Some(target.clone()),
            source: Some(source.to_string_lossy().into_owned()),
            typ: Some(MountType::BIND),
            read_only: Some(true),
            ..Mount::default()
        }));
    } else {
        mounts.extend(by_folder(&launch.files).keys().map(|folder| volume(folder, None)));
    }
    mounts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::launch::launch;
    use crate::engine::secret::Secrets;
    use crate::engine::testing::run_step;
    use crate::plan::Action;

    /// A step with two secrets as files, one of them named by its folder.
    fn with_secrets(windows: bool) -> Launch {
        let sources = ["id=one,env=T".parse().unwrap(), "id=two,env=T".parse().unwrap()];
        let secrets = Secrets::read(&sources, &|_| Some("s3cr3t".to_owned())).unwrap();
        let mut step = run_step("x");
        let Action::Run { mounts, .. } = &mut step.action else { panic!() };
        let target = if windows { r"c:\RUN\secrets\2" } else { "/run/secrets/2" };
        *mounts = vec!["type=secret,id=one".to_owned(), format!("type=secret,id=two,target={target}")];
        launch(&step, "Dockerfile:2", windows, &secrets).unwrap()
    }

    fn asked(launch: &Launch, windows: bool, shown: &[(String, PathBuf)]) -> Vec<Mount> {
        body(launch, &Settings::default(), windows, shown).host_config.unwrap().mounts.unwrap()
    }

    #[test]
    fn on_windows_each_folder_with_secrets_is_a_mount_of_its_own() {
        let mut launch = with_secrets(true);
        launch.files.push((r"D:\other\three".to_owned(), launch.files[0].1.clone()));
        let place = tempfile::tempdir().unwrap();
        let written = secret_files::write(&launch.files, place.path()).unwrap();
        let mounts = asked(&launch, true, &written.mounts);
        let targets: Vec<&str> = mounts.iter().map(|mount| mount.target.as_deref().unwrap()).collect();
        assert_eq!(targets, [r"C:\run\secrets", r"D:\other"]);
        for (mount, files) in mounts.iter().zip([&["one", "2"][..], &["three"]]) {
            assert_eq!((mount.typ, mount.read_only), (Some(MountType::BIND), Some(true)));
            let folder = PathBuf::from(mount.source.as_ref().unwrap());
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), files.len());
            assert!(files.iter().all(|file| std::fs::read(folder.join(file)).unwrap() == b"s3cr3t"));
        }
    }

    #[test]
    fn on_linux_a_folder_with_secrets_is_a_volume_without_a_name() {
        let [mount] = asked(&with_secrets(false), false, &[]).try_into().unwrap();
        let Mount { target, source, typ, .. } = mount;
        assert_eq!((target.as_deref(), source, typ), (Some("/run/secrets"), None, Some(MountType::VOLUME)));
    }
}
