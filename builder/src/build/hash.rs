//! Hashes of files, by the algorithms that Dockerfiles use.

use std::fmt::Write as _;
use std::io;

use sha2::digest::{Digest as _, DynDigest};

use crate::layer::Content;
use crate::plan::{Algorithm, Hash};

use super::error::StepError;

/// The name of an algorithm in messages.
pub const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Md5 => "MD5",
        Algorithm::Sha1 => "SHA-1",
        Algorithm::Sha256 => "SHA-256",
        Algorithm::Sha384 => "SHA-384",
        Algorithm::Sha512 => "SHA-512",
    }
}

/// The hash of a file's bytes in lower-case digits.
///
/// # Errors
/// When the file cannot be read.
pub fn of(content: &Content, algorithm: Algorithm) -> io::Result<String> {
    let mut hasher: Box<dyn DynDigest> = match algorithm {
        Algorithm::Md5 => Box::new(md5::Md5::new()),
        Algorithm::Sha1 => Box::new(sha1::Sha1::new()),
        Algorithm::Sha256 => Box::new(sha2::Sha256::new()),
        Algorithm::Sha384 => Box::new(sha2::Sha384::new()),
        Algorithm::Sha512 => Box::new(sha2::Sha512::new()),
    };
    content.read_into(&mut vec![0; 128 << 10], |bytes| {
        hasher.update(bytes);
        Ok(())
    })?;
    let mut hex = String::new();
    for byte in hasher.finalize() {
        write!(hex, "{byte:02x}").expect("strings take all");
    }
    Ok(hex)
}

/// Whether a file is what it must be.
///
/// # Errors
/// When it is not, or cannot be read.
pub fn check(content: &Content, what: &str, expected: &Hash) -> Result<(), StepError> {
    let found = of(content, expected.algorithm).map_err(|error| StepError::Disk {
        path: what.into(),
        action: "cannot be read",
        error,
    })?;
    if found.eq_ignore_ascii_case(&expected.hex) {
        return Ok(());
    }
    let algorithm = name(expected.algorithm);
    Err(StepError::Hash { what: what.to_owned(), algorithm, expected: expected.hex.clone(), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_everyone() {
        let content = Content::bytes(*b"abc");
        for (algorithm, begin) in [
            (Algorithm::Md5, "900150983cd24fb0"),
            (Algorithm::Sha1, "a9993e364706816a"),
            (Algorithm::Sha256, "ba7816bf8f01cfea"),
            (Algorithm::Sha384, "cb00753f45a35e8b"),
            (Algorithm::Sha512, "ddaf35a193617aba"),
        ] {
            let hash = of(&content, algorithm).unwrap();
            assert!(hash.starts_with(begin) && hash.len() == algorithm.digits(), "{hash}");
            assert!(check(&content, "abc", &Hash { algorithm, hex: hash.to_uppercase() }).is_ok());
        }
        let wrong = Hash { algorithm: Algorithm::Md5, hex: "00".to_owned() };
        assert!(check(&content, "a.zip", &wrong).unwrap_err().to_string().starts_with("a.zip has the MD5 9001"));
    }
}
