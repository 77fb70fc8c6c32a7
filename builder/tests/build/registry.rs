//! What a build reads from the registry in the layers of its base.

use std::path::{Path, PathBuf};

use crate::scratch::{Scratch, said};

/// The folder of the images that stand for Windows' own.
fn images() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/images/windows")
}

/// The variables of an image that is built on one of these.
fn env(base: &str, dockerfile: &str) -> Vec<String> {
    let scratch = Scratch::new();
    scratch.file("Dockerfile", format!("# escape=`\nFROM base\n{dockerfile}"));
    let context = format!("base=oci:{}:{base}", images().display());
    let out = format!("oci:{}", scratch.path("out").display());
    let answer = said(&mut scratch.command(&["build", ".", "--lint", "off", "--build-context", &context, "-o", &out]));
    assert_eq!(answer.code, 0, "{}", answer.err);
    scratch.open(answer.out.trim()).image.config.config.env
}

const CORE: &str = r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\;C:\Windows\System32\OpenSSH\";
const APPS: &str = r"C:\Users\ContainerAdministrator\AppData\Local\Microsoft\WindowsApps;";

#[test]
fn the_path_of_a_base_is_read_from_its_layers() {
    // Of the machine's there is one in each layer; the account's own comes from the profile that it will get.
    let set = "RUN setx /M PATH \"%PATH%;C:\\a\"\nRUN setx /M PATH \"C:\\b;%PATH%\"\n";
    assert_eq!(env("servercore-ltsc2025", set), [format!(r"PATH=C:\b;{CORE};{APPS};C:\a")]);
    let machine = "SHELL [\"powershell\", \"-Command\"]\nRUN $old = [Environment]::GetEnvironmentVariable('Path', 'Machine'); \
                   [Environment]::SetEnvironmentVariable('Path', $old + ';C:\\a', 'Machine')\n";
    assert_eq!(env("servercore-ltsc2025", machine), [format!(r"Path={CORE};C:\a;{APPS}")]);
    let nano = "USER ContainerAdministrator\nRUN setx /M PATH \"%PATH%C:\\a\"\nUSER ContainerUser\n";
    assert_eq!(env("nanoserver-ltsc2025", nano), [r"PATH=C:\Windows\system32;C:\Windows;C:\a"]);
}

#[test]
fn a_base_whose_registry_cannot_be_read_is_named() {
    let scratch = Scratch::new();
    scratch.file("SYSTEM", "no hive").file("Dockerfile", "FROM base\nCOPY SYSTEM C:/Windows/System32/config/SYSTEM\n");
    let context = format!("base=oci:{}:nanoserver-ltsc2025", images().display());
    let other = format!("oci:{}", scratch.path("other").display());
    let build = ["build", ".", "--lint", "off", "--build-context"];
    let made = said(&mut scratch.command(&[&build[..], &[&context, "-o", &other]].concat()));
    assert_eq!(made.code, 0, "{}", made.err);
    scratch.file("Dockerfile", "FROM base\nUSER ContainerAdministrator\nRUN setx /M PATH \"%PATH%;C:\\\\a\"\n");
    let answer = said(&mut scratch.command(&[&build[..], &[&format!("base={other}")]].concat()));
    assert_eq!(answer.code, 7, "{}", answer.err);
    let told =
        "base: the PATH in its registry cannot be read: Files/Windows/System32/config/SYSTEM: it is no registry hive";
    assert!(answer.err.contains(told) && answer.err.contains("ENV PATH="), "{}", answer.err);
}
