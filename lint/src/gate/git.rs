//! Asks git: which repository, which revision, what changed.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::Error;

/// The root of the repository that a folder lies in.
pub(super) fn root(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// The commit at which the current work left a revision: what changed there since is not ours.
///
/// # Errors
/// When git cannot be started or does not know the revision.
pub(super) fn base(root: &Path, revision: &str) -> Result<String, Error> {
    let commit = format!("{revision}^{{commit}}");
    let verified = run(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    if !verified.status.success() {
        let repository = root.display().to_string();
        return Err(Error::Revision { revision: revision.to_owned(), repository });
    }
    let commit = String::from_utf8_lossy(&verified.stdout).trim().to_owned();
    // Without a common commit, as in a shallow clone, the revision itself has to do.
    let merged = run(root, ["merge-base", &commit, "HEAD"])?;
    let base = String::from_utf8_lossy(&merged.stdout).trim().to_owned();
    Ok(if merged.status.success() && !base.is_empty() { base } else { commit })
}

/// The changes of the files of the working tree against a commit, as a patch without context.
///
/// # Errors
/// When git fails.
pub(super) fn diff(root: &Path, commit: &str) -> Result<Vec<u8>, Error> {
    // Whatever a user has configured, the patch looks the same.
    let options = [
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--no-relative",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "--unified=0",
        "--inter-hunk-context=0",
        "--ignore-submodules=all",
        "--find-renames",
        commit,
        "--",
    ];
    succeeded(root, run(root, options)?)
}

/// The files that git does not track and does not ignore, from the root.
///
/// # Errors
/// When git fails.
pub(super) fn untracked(root: &Path) -> Result<Vec<String>, Error> {
    let listed = succeeded(root, run(root, ["ls-files", "--others", "--exclude-standard", "-z"])?)?;
    Ok(names(&listed))
}

/// Those of some files that git ignores and does not track.
///
/// # Errors
/// When git fails.
pub(super) fn ignored(root: &Path, files: &[PathBuf]) -> Result<Vec<String>, Error> {
    let mut child = command(root, ["check-ignore", "-z", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| started(&error))?;
    let mut input = child.stdin.take().expect("its input is a pipe");
    let slashed = |file: &PathBuf| file.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let names_in: Vec<u8> = files.iter().flat_map(|file| (slashed(file) + "\0").into_bytes()).collect();
    // Git reads and writes at once: a thread feeds it, lest both wait for each other.
    let feeder = std::thread::spawn(move || input.write_all(&names_in));
    let output = child.wait_with_output().map_err(|error| started(&error))?;
    let _ = feeder.join();
    // 1 says that none is ignored.
    match output.status.code() {
        Some(0 | 1) => Ok(names(&output.stdout)),
        _ => succeeded(root, output).map(|_| Vec::new()),
    }
}

fn names(listed: &[u8]) -> Vec<String> {
    let names = listed.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

fn command<I: AsRef<OsStr>>(root: &Path, args: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(["-c", "core.quotePath=false"]).args(args);
    command.env_remove("GIT_DIFF_OPTS").env_remove("GIT_EXTERNAL_DIFF");
    command
}

fn run<I: AsRef<OsStr>>(root: &Path, args: impl IntoIterator<Item = I>) -> Result<Output, Error> {
    command(root, args).stdin(Stdio::null()).output().map_err(|error| started(&error))
}

fn started(error: &io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no program git in PATH; install it".to_owned(),
        _ => error.to_string(),
    };
    Error::Git { why }
}

fn succeeded(root: &Path, output: Output) -> Result<Vec<u8>, Error> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned();
    Err(Error::Git { why: format!("git failed in {}: {said}", root.display()) })
}
