//! An operation on files as a few words.

use crate::plan::base_path;
use crate::plan::file_op::{FileOp, Into};
use crate::progress::counted;

/// What an operation does, in one word.
pub const fn verb(operation: &FileOp) -> &'static str {
    match operation {
        FileOp::MakeDir { .. } => "folder",
        FileOp::WriteFile { .. } | FileOp::Replace { .. } => "write",
        FileOp::Link { .. } => "link",
        FileOp::Copy { .. } => "copy",
        FileOp::Move { .. } => "move",
        FileOp::Remove { .. } => "remove",
        FileOp::Require { .. } => "require",
        FileOp::Download { .. } => "download",
        FileOp::VerifyHash { .. } | FileOp::VerifyListed { .. } => "check",
        FileOp::Extract { .. } => "extract",
        FileOp::SetEnv { .. } => "set",
    }
}

/// What an operation does it to.
pub fn operation(operation: &FileOp) -> String {
    base_path::shown(&object(operation))
}

fn object(operation: &FileOp) -> String {
    match operation {
        FileOp::MakeDir { path, .. } | FileOp::Remove { path, .. } | FileOp::Require { path } => path.clone(),
        FileOp::WriteFile { path, bytes, .. } => format!("{path} ({})", counted(bytes.len(), "byte")),
        FileOp::Replace { from, to, changes, .. } => format!("{to}: {from} with {}", counted(changes.len(), "change")),
        FileOp::Link { path, target, .. } => format!("{path} -> {target}"),
        FileOp::Copy { from, to, into, .. } | FileOp::Move { from, to, into, .. } => {
            let end = if matches!(into, Into::Folder | Into::Content) && !to.ends_with('\\') { "\\" } else { "" };
            format!("{from} -> {to}{end}")
        }
        FileOp::Download { url, dest, .. } => format!("{url} -> {dest}"),
        FileOp::VerifyHash { path, expected, .. } => {
            let hex = if expected.hex.len() > 12 { &expected.hex[..12] } else { &expected.hex };
            format!("{path} has {} {hex}…", expected.algorithm.name())
        }
        FileOp::VerifyListed { path, algorithm, list, .. } => {
            format!("{path} has the {} in {}", algorithm.name(), list.file)
        }
        FileOp::Extract { archive, dest, .. } => format!("{archive} -> {dest}"),
        FileOp::SetEnv { name, value } => format!("{name}={value}"),
    }
}
