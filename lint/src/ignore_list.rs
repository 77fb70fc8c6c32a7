//! The `.dockerignore` that the builder reads for a Dockerfile.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dockerfile::document::Builder;
use dockerfile::ignorefile::IgnoreFile;
use rules::IgnoreList;

use crate::error::Error;
use crate::files::Input;
use crate::read;

/// The lists of build contexts, each read once, since many Dockerfiles may have one.
#[derive(Default)]
pub struct IgnoreLists {
    /// By the texts of folders; none where there is no list.
    folders: Mutex<HashMap<OsString, Option<Arc<IgnoreList>>>>,
}

impl IgnoreLists {
    /// The list for an input: the Dockerfile's own (`app.Dockerfile.dockerignore`), which only BuildKit knows, or else that
    /// of the build context, which is the Dockerfile's folder when nothing else is said. Text from standard input has only
    /// the name that the user gave it.
    ///
    /// # Errors
    /// When there is one and it cannot be read.
    pub fn of(
        &self,
        input: &Input,
        context: Option<&Path>,
        builder: Builder,
    ) -> Result<Option<Arc<IgnoreList>>, Error> {
        let path = match input {
            Input::File { path, .. } => Some(path.as_path()),
            Input::Stdin { name } => Some(Path::new(name)).filter(|_| name != "<stdin>"),
        };
        let own = path.filter(|_| builder != Builder::Classic).map(|path| {
            let mut own = path.as_os_str().to_owned();
            own.push(".dockerignore");
            PathBuf::from(own)
        });
        let folder = context.or_else(|| path?.parent());
        if let Some(own) = own
            && let Some(list) = at(&own, true)?
        {
            return Ok(Some(Arc::new(list)));
        }
        folder.map_or(Ok(None), |folder| self.of_folder(folder))
    }

    fn of_folder(&self, folder: &Path) -> Result<Option<Arc<IgnoreList>>, Error> {
        let folders = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders().get(folder.as_os_str()) {
            return Ok(known.clone());
        }
        let list = at(&folder.join(".dockerignore"), false)?.map(Arc::new);
        folders().insert(folder.as_os_str().to_owned(), list.clone());
        Ok(list)
    }
}

fn at(path: &Path, is_own: bool) -> Result<Option<IgnoreList>, Error> {
    let shown = path.display().to_string();
    match read::bytes(path, &shown) {
        Ok(bytes) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let file = IgnoreFile::parse(&String::from_utf8_lossy(&bytes));
            Ok(Some(IgnoreList { name, is_own, file }))
        }
        Err(Error::Read { error, .. }) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(input: &Input, context: Option<&Path>, builder: Builder) -> Result<Option<Arc<IgnoreList>>, Error> {
        IgnoreLists::default().of(input, context, builder)
    }

    #[test]
    fn the_list_of_a_folder_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".dockerignore"), "a\n").unwrap();
        let lists = IgnoreLists::default();
        let list = |name: &str| lists.of(&Input::file(&folder.path().join(name)), None, Builder::Any).unwrap().unwrap();
        assert!(Arc::ptr_eq(&list("Dockerfile"), &list("b.Dockerfile")));
    }

    #[test]
    fn the_dockerfiles_own_list_comes_first_and_only_for_buildkit() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        std::fs::create_dir(file("root")).unwrap();
        for (name, text) in
            [("a.Dockerfile", "FROM x\n"), ("a.Dockerfile.dockerignore", "own\n"), (".dockerignore", "folder\n")]
        {
            std::fs::write(file(name), text).unwrap();
        }
        let first = |name: &str, context: Option<&Path>, builder| {
            let list = of(&Input::file(&file(name)), context, builder).unwrap()?;
            Some((list.file.patterns[0].text.clone(), list.name.clone(), list.is_own))
        };
        let own = Some(("own".to_owned(), "a.Dockerfile.dockerignore".to_owned(), true));
        let of_folder = Some(("folder".to_owned(), ".dockerignore".to_owned(), false));
        assert_eq!(first("a.Dockerfile", None, Builder::Any), own);
        assert_eq!(first("a.Dockerfile", Some(&file("root")), Builder::BuildKit), own);
        assert_eq!(first("a.Dockerfile", None, Builder::Classic), of_folder);
        assert_eq!(first("b.Dockerfile", None, Builder::Any), of_folder);
        assert_eq!(first("root/Dockerfile", None, Builder::Any), None);
        assert_eq!(first("root/Dockerfile", Some(folder.path()), Builder::Any), of_folder);
        assert_eq!(first("b.Dockerfile", Some(&file("nowhere")), Builder::Any), None);
        assert!(of(&Input::stdin(None), None, Builder::Any).unwrap().is_none());
        let named = Input::stdin(Some(&file("a.Dockerfile")));
        assert!(of(&named, None, Builder::Any).unwrap().is_some_and(|list| list.is_own));
    }

    #[test]
    fn a_list_that_cannot_be_read_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".dockerignore")).unwrap();
        let error = of(&Input::file(&folder.path().join("Dockerfile")), None, Builder::Any).unwrap_err();
        assert!(matches!(error, Error::Folder { path } if path.ends_with(".dockerignore")));
    }
}
