//! A mistake of ours in one file must not cost the user the others.

use std::cell::RefCell;
use std::panic::{self, UnwindSafe};

use crate::error::Error;

thread_local! {
    /// Where and why this thread panicked last.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics for [`caught`] instead of writing them between the reports.
pub fn keep() {
    panic::set_hook(Box::new(|info| {
        let why = info.payload_as_str().unwrap_or("panic");
        let place = info.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
        LAST.set(Some(format!("{why}{place}")));
    }));
}

/// What `run` gives, or a panic as an error that names the file.
///
/// # Errors
/// When `run` panics.
pub fn caught<T>(path: String, run: impl FnOnce() -> T + UnwindSafe) -> Result<T, Error> {
    panic::catch_unwind(run).map_err(|_| Error::Panic {
        path,
        message: LAST.take().unwrap_or_else(|| "panic".to_owned()).replace('\n', " "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_names_the_file_and_the_place() {
        keep();
        let error = caught("a/Dockerfile".to_owned(), || assert_eq!(1, 2)).unwrap_err().to_string();
        assert!(error.starts_with("a/Dockerfile: wlint itself failed: assertion"), "{error}");
        assert!(error.contains("panics.rs:"), "{error}");
        assert_eq!(caught("a".to_owned(), || 1).unwrap(), 1);
    }
}
