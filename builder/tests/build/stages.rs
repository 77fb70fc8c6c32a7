//! Stages, arguments, configs, and what is found again in the next build.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::scratch::{CREATED, Scratch, image, said, snapshot, windows_base};
use wbuild::image::Platform;
use wbuild::layer::{Content, Entry, Flavor};
use wbuild::store::Store;

#[test]
fn stages_copy_from_each_other_and_from_named_contexts() {
    let scratch = Scratch::new();
    scratch.file("src/Program.CS", "code").file("src/obj/x", "x").file(".dockerignore", "**/obj\n");
    fs::create_dir_all(scratch.path("other/deep")).unwrap();
    fs::write(scratch.path("other/deep/o.txt"), "other").unwrap();
    let other = format!("other={}", scratch.path("other").display());
    let dockerfile = "# escape=`\nFROM base AS One\nCOPY src C:\\src\nFROM scratch AS two\nCOPY --from=one c:/SRC/program.cs /out/\n\
                      FROM base\nCOPY --from=TWO /OUT C:\\app\nCOPY --from=other deep C:\\app\nCOPY --from=base C:\\License.txt C:\\app\\\n";
    let answer = scratch.try_build(dockerfile, &["--build-context", &other]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let built = scratch.open(answer.out.trim());
    let files = "app/ app/program.cs app/ app/o.txt app/ app/License.txt";
    assert_eq!(built.files().join(" "), files);
    assert_eq!(built.read("app/program.cs"), "code");
    assert_eq!(built.read("app/License.txt"), "License.txt");
}

#[test]
fn several_files_of_a_stage_need_a_folder_to_go_to() {
    let scratch = Scratch::new();
    scratch.file("a.dll", "a").file("b.dll", "b");
    let dockerfile =
        |to: &str| format!("FROM base AS one\nCOPY a.dll b.dll /out/\nFROM base\nCOPY --from=one /out/*.dll {to}\n");
    let answer = scratch.try_build(&dockerfile("/app"), &[]);
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(answer.err.contains("several files go to C:/app, which is no folder"), "{}", answer.err);
    assert_eq!(scratch.build(&dockerfile("/app/")).files().join(" "), "app/ app/a.dll app/b.dll");
}

#[test]
fn the_config_is_what_the_dockerfile_says() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let built = scratch.build(
        "# escape=`\nARG V=1\nFROM base\nARG V\nARG W=${V}2\nENV PATH=\"C:\\app;${PATH}\" X=$W\nLABEL a=b\nWORKDIR C:\\app\nWORKDIR bin\n\
         COPY a .\nEXPOSE 80\nVOLUME C:\\data\nUSER ContainerUser\nSHELL [\"powershell\", \"-Command\"]\n\
         ENTRYPOINT [\"app.exe\"]\nCMD [\"run\", \"me\"]\nHEALTHCHECK --interval=5s CMD app.exe -q\nONBUILD COPY a b\n",
    );
    let config = built.config();
    assert_eq!(config.env, ["PATH=C:\\app;C:\\Windows\\System32", "X=12"]);
    assert_eq!(config.labels["a"], "b");
    assert_eq!((config.working_dir.as_str(), config.user.as_str()), ("C:\\app\\bin", "ContainerUser"));
    assert_eq!(config.entrypoint.as_deref(), Some(&["app.exe".to_owned()][..]));
    assert_eq!(config.cmd.as_ref().unwrap(), &["run", "me"]);
    assert_eq!(config.shell.as_ref().unwrap(), &["powershell", "-Command"]);
    assert!(config.exposed_ports.contains_key("80/tcp") && config.volumes.len() == 1);
    assert_eq!(config.on_build, ["COPY a b"]);
    assert_eq!(config.healthcheck.as_ref().unwrap().interval, 5_000_000_000);
    let image = &built.image.config;
    assert_eq!(image.platform.os_version.as_deref(), Some("10.0.20348.2700"));
    assert_eq!(image.created.as_deref(), Some("2026-11-10T00:00:00Z"));
    assert_eq!(image.history.iter().filter(|step| !step.empty_layer).count(), image.rootfs.diff_ids.len() - 1);
    assert_eq!(built.node("app/bin/a").time.seconds, CREATED);
}

#[test]
fn triggers_of_the_base_run_first() {
    let scratch = Scratch::new();
    scratch.file("a", "a").file("Dockerfile", "FROM base\nONBUILD COPY a /from/trigger\nONBUILD ENV T=1\n");
    let trigger = format!("oci:{}", scratch.path("trigger").display());
    assert_eq!(said(&mut scratch.build_command(&["-o", &trigger])).code, 0);
    let answer = scratch.try_build("FROM on\nCOPY a /own\n", &["--build-context", &format!("on={trigger}")]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let built = scratch.open(answer.out.trim());
    assert!(built.config().env.contains(&"T=1".to_owned()) && built.config().on_build.is_empty());
    assert_eq!((built.read("from/trigger").as_str(), built.read("own").as_str()), ("a", "a"));
}

#[test]
fn nothing_changed_writes_nothing_and_a_change_is_seen() {
    let scratch = Scratch::new();
    scratch.file("a", "one").file("b", "b");
    let old = SystemTime::now() - Duration::from_secs(60);
    let age = |name: &str| {
        fs::File::options().write(true).open(scratch.context().join(name)).unwrap().set_modified(old).unwrap();
    };
    ["a", "b"].into_iter().for_each(age);
    let dockerfile = "FROM base\nCOPY b /b\nCOPY a /a\nENV X=1\n";
    let first = scratch.try_build(dockerfile, &[]);
    let before = snapshot(&scratch.path("store"));
    let again = scratch.try_build(dockerfile, &[]);
    assert_eq!((again.code, &again.out), (0, &first.out), "{}", again.err);
    assert_eq!(again.err.matches(" cached").count(), 2, "{}", again.err);
    assert_eq!(snapshot(&scratch.path("store")), before);
    scratch.file("a", "two");
    let changed = scratch.try_build(dockerfile, &[]);
    assert_eq!(changed.err.matches(" cached").count(), 1, "{}", changed.err);
    assert_ne!(changed.out, first.out);
    assert_eq!(scratch.open(changed.out.trim()).read("a"), "two");
    // Another time of change alone is no change.
    age("b");
    assert_eq!(scratch.try_build(dockerfile, &[]).err.matches(" cached").count(), 2);
}

#[test]
fn blobs_of_the_store_that_were_cut_are_had_again() {
    let scratch = Scratch::new();
    scratch.file("a", "one");
    let dockerfile = "FROM base\nCOPY a /a\n";
    let first = scratch.try_build(dockerfile, &[]);
    let before = snapshot(&scratch.path("store/blobs"));
    for entry in fs::read_dir(scratch.path("store/blobs/sha256")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        // Another file under the name: the blob may be one file with that of the layout it went to.
        fs::remove_file(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    }
    let again = scratch.try_build(dockerfile, &[]);
    assert_eq!((again.code, &again.out), (0, &first.out), "{}", again.err);
    assert_eq!(snapshot(&scratch.path("store/blobs")), before);
}

#[test]
fn the_same_files_give_the_same_image_everywhere() {
    let digest = |scratch: &Scratch, folder: &str, variables: &[(&str, &str)], more: &[&str]| {
        let context = scratch.path(folder);
        fs::create_dir_all(context.join("src/Deep")).unwrap();
        for (name, content) in [("src/B.txt", "b"), ("src/a.txt", "a"), ("src/Deep/ä.bin", "deep")] {
            fs::write(context.join(name), content).unwrap();
        }
        fs::write(context.join("Dockerfile"), "FROM base\nWORKDIR /app\nCOPY src .\nCOPY src/*.txt /x/\n").unwrap();
        let mut command = scratch.build_command(more);
        command.current_dir(&context).env("WBUILD_STORE", context.join("../store-of").join(folder));
        command.envs(variables.iter().copied());
        let answer = said(&mut command);
        assert_eq!(answer.code, 0, "{}", answer.err);
        answer.out
    };
    let (one, two) = (Scratch::new(), Scratch::new());
    let first = digest(&one, "a", &[], &[]);
    assert_eq!(digest(&one, "b/longer/path", &[("TZ", "Asia/Tokyo")], &["--jobs", "1"]), first);
    assert_eq!(digest(&two, "c", &[("TZ", "America/New_York"), ("LANG", "de_DE.UTF-8")], &["--jobs", "7"]), first);
    let dated = digest(&two, "d", &[("SOURCE_DATE_EPOCH", "1700000000")], &[]);
    assert_ne!(dated, first);
    assert_eq!(digest(&one, "e", &[("SOURCE_DATE_EPOCH", "1700000000")], &[]), dated);
}

#[test]
fn several_versions_of_windows_are_one_index() {
    let scratch = Scratch::new();
    windows_base(&scratch.path("both"), &["10.0.20348.2700", "10.0.26100.1"]);
    scratch.file("a", "a").file("Dockerfile", "FROM both\nCOPY a /a\n");
    let out = format!("oci:{}:v1", scratch.path("out").display());
    let both = format!("both=oci:{}", scratch.path("both").display());
    let build =
        |versions: &str| scratch.wbuild(&["build", "--build-context", &both, "-o", &out, "--os-version", versions]);
    let answer = build("ltsc2022,ltsc2025");
    assert_eq!(answer.code, 0, "{}", answer.err);
    let store = Store::open(&scratch.path("out")).unwrap();
    let root = wbuild::store::source::root(&store.source(Some("v1")).unwrap()).unwrap();
    let wbuild::store::source::Root::Index(_, index) = root else { panic!("an index") };
    let versions = index.manifests.iter().map(|image| image.platform.clone().unwrap().os_version.unwrap());
    assert_eq!(versions.collect::<Vec<_>>(), ["10.0.26100.1", "10.0.20348.2700"]);
    let none = build("ltsc2019");
    assert_ne!(none.code, 0);
    assert!(none.err.contains("10.0.17763") && none.err.contains("10.0.26100.1"), "{}", none.err);
}

#[test]
fn the_tag_of_the_base_follows_an_argument() {
    let scratch = Scratch::new();
    scratch.file("a", "a").file("Dockerfile", "ARG WINDOWS=ltsc2022\nFROM base:${WINDOWS}\nCOPY a /a\n");
    for (name, version) in [("ltsc2022", "10.0.20348.1"), ("ltsc2025", "10.0.26100.2")] {
        windows_base(&scratch.path(name), &[version]);
    }
    let context = |name: &str| format!("base:{name}=oci:{}", scratch.path(name).display());
    let (old, new) = (context("ltsc2022"), context("ltsc2025"));
    let contexts = ["build", "--build-context", &old, "--build-context", &new, "--os-version", "ltsc2025,ltsc2022"];
    let answer = scratch.wbuild(&contexts);
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert!(answer.out.starts_with("sha256:"));
}

#[test]
fn an_image_for_linux_has_modes_and_owners() {
    let scratch = Scratch::new();
    scratch.file("run.sh", "#!/bin/sh\n").file("App/x", "x");
    let store = Store::create(&scratch.path("linux")).unwrap();
    let passwd = Entry::file("etc/passwd", Content::bytes(*b"root:x:0:0::/:/bin/sh\napp:x:1001:1002::/:/bin/sh\n"));
    let base = image(&store, Platform::new("linux", "amd64"), vec![Entry::directory("etc"), passwd], Flavor::Linux);
    store.tag(None, &base).unwrap();
    let linux = format!("linux=oci:{}", scratch.path("linux").display());
    let dockerfile = "FROM --platform=linux/amd64 linux\nCOPY --chmod=755 --chown=app run.sh /usr/bin/\nUSER app\nWORKDIR /home/app\nCOPY App app\nCMD ls\n";
    let answer = scratch.try_build(dockerfile, &["--build-context", &linux]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let built = scratch.open(answer.out.trim());
    let run = built.node("usr/bin/run.sh").posix;
    assert_eq!((run.mode, run.uid, run.gid), (0o755, 1001, 1002));
    assert_eq!((built.node("home/app").posix.uid, built.node("home/app/app/x").posix.uid), (1001, 0));
    assert_eq!(built.config().cmd.as_ref().unwrap(), &["/bin/sh", "-c", "ls"]);
    assert_eq!(built.config().working_dir, "/home/app");
    let wrong = scratch.try_build("FROM --platform=linux/amd64 linux\nCOPY app/x /\n", &["--build-context", &linux]);
    assert_eq!(wrong.code, 1, "letter case counts on Linux: {}", wrong.err);
}

#[test]
fn a_run_that_only_handles_files_needs_no_engine() {
    let scratch = Scratch::new();
    scratch.file("app.zip", zip(&[("tool/bin/t.exe", "t"), ("tool/readme", "r")]));
    let built = scratch.build(
        "# escape=`\nFROM base\nCOPY app.zip C:\\t\\app.zip\nSHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\n\
         RUN New-Item -ItemType Directory C:\\made | Out-Null; Expand-Archive C:\\t\\app.zip -DestinationPath C:\\opt; `\n    \
         Remove-Item C:\\t\\app.zip\n",
    );
    let files = built.files().join(" ");
    assert!(files.contains("opt/tool/bin/t.exe") && files.contains("made/") && files.contains("-T/APP.ZIP"), "{files}");
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
