//! Mending files: rounds of fixes, the way back to the disk, and the difference to look at first.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use dockerfile::diagnostic::{self, Diagnostic, Safety};
use dockerfile::document::Document;
use dockerfile::source::Source;
use rules::Settings;
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::read;

/// Fixes that overlap wait for the next round; fixes that never come to rest end here.
const ROUNDS: usize = 10;

/// A file after its fixes.
pub struct Fixed {
    /// As it was.
    pub before: Document,
    /// As it is now, if anything was fixed.
    pub after: Option<Document>,
    /// What was found before.
    pub found: Vec<Diagnostic>,
    /// What is left.
    pub left: Vec<Diagnostic>,
    /// How many fixes were applied.
    pub count: usize,
}

/// Applies fixes, lints again, and so on until nothing is left to fix.
pub fn rounds(before: Document, settings: &Settings, suggested_too: bool) -> Fixed {
    let found = rules::check(&before, settings);
    let mut fixed = Fixed { before, after: None, left: found.clone(), found, count: 0 };
    for _ in 0..ROUNDS {
        let source = &fixed.after.as_ref().unwrap_or(&fixed.before).source;
        let fixes = fixed.left.iter().filter_map(|diagnostic| diagnostic.fix.as_ref());
        let (edits, transcode, taken) =
            diagnostic::merge(fixes.filter(|fix| suggested_too || fix.safety == Safety::Safe));
        if taken == 0 {
            break;
        }
        let next = Source::new(diagnostic::apply(source, &edits, transcode));
        if next.text() == source.text() && next.encoding() == source.encoding() {
            break;
        }
        let next = Document::new(next, settings.builder);
        fixed.left = rules::check(&next, settings);
        fixed.after = Some(next);
        fixed.count += taken;
    }
    fixed
}

/// The bytes that a source was read from.
pub fn bytes(source: &Source) -> Vec<u8> {
    [source.mark(), source.original(source.span())].concat()
}

/// Gives a file its new text. A link stays a link, and who may read and write it stays, too.
///
/// # Errors
/// When the file is no longer what was linted, or cannot be written.
pub fn write(path: &Path, name: &str, before: &Source, after: &Source) -> Result<(), Error> {
    let failed = |error| Error::Write { path: name.to_owned(), error };
    // Fixing through a link must not turn the link into a file.
    let target = dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let metadata = fs::metadata(&target).map_err(failed)?;
    if metadata.permissions().readonly() {
        return Err(Error::ReadOnly { path: name.to_owned() });
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".wlint-").tempfile_in(folder).map_err(failed)?;
    new.write_all(&bytes(after)).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    if read::bytes(&target, name)? != bytes(before) {
        return Err(Error::Changed { path: name.to_owned() });
    }
    put(new, &target, &metadata).map_err(failed)
}

/// Replaces the file in one step: whoever reads it gets the old or the new text, never a part. Someone who fixes another
/// user's file as an administrator does not take it over; who may not give files away keeps what the folder gives.
#[cfg(unix)]
fn put(new: NamedTempFile, target: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(new.path(), Some(metadata.uid()), Some(metadata.gid()));
    fs::set_permissions(new.path(), metadata.permissions())?;
    program::replace::replace(new, target)
}

/// A new file would have the access list of its folder, and not that of the file.
#[cfg(not(unix))]
fn put(new: NamedTempFile, target: &Path, _: &fs::Metadata) -> io::Result<()> {
    program::replace::overwrite(new, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        let (before, after) = (Source::new("FROM a\n".into()), Source::new("FROM b\n".into()));
        fs::write(&path, "FROM c\n").unwrap();
        let error = write(&path, "Dockerfile", &before, &after).unwrap_err();
        assert!(matches!(error, Error::Changed { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "FROM c\n");
        fs::write(&path, "FROM a\n").unwrap();
        write(&path, "Dockerfile", &before, &after).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "FROM b\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_read_only_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, "FROM a\n").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let (before, after) = (Source::new("FROM a\n".into()), Source::new("FROM b\n".into()));
        let error = write(&path, "Dockerfile", &before, &after).unwrap_err();
        assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "FROM a\n");
    }

    /// Windows has no modes, and asks for a privilege before it makes a link.
    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("real"), folder.path().join("Dockerfile"));
        fs::write(&path, "FROM a\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", &link).unwrap();
        write(&link, "Dockerfile", &Source::new("FROM a\n".into()), &Source::new("FROM b\n".into())).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "FROM b\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_source_gives_back_its_bytes() {
        for file in [&b"\xEF\xBB\xBFFROM x\r\n"[..], b"\xFF\xFEF\0\n\0", b"FROM \xFF"] {
            assert_eq!(bytes(&Source::new(file.to_vec())), file);
        }
    }
}
