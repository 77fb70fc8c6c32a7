//! What a lowered `RUN` does: operations on files with literal paths, in order.
//!
//! **Paths** are absolute Windows paths: `C:\` and components joined by single backslashes, without `.`, `..`, a
//! backslash at the end (but for `C:\` itself) or an alternate stream. They are looked up as Windows does, regardless
//! of letter case; where a name is new it is created as spelt here. **Patterns** are such paths whose components may
//! hold `*` and `?`; hidden files match too unless said otherwise.
//!
//! **An operation that cannot be done ends the build**, with the step's place and the operation: the shell may have
//! gone on, and what the image would then be nobody can tell without a kernel. Only what is marked as allowed
//! ([`IfMissing::Skip`], [`IfExists::Keep`]) is no failure. Unless an operation says otherwise, the folder that
//! it creates something in must exist.

use serde::Serialize;

/// One operation on the files of the image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum FileOp {
    /// Creates a folder and those above it that are missing. A file of that name is a failure.
    MakeDir {
        /// The folder.
        path: String,
        /// When the folder is there already.
        exists: IfExists,
    },
    /// Writes a file with these bytes.
    WriteFile {
        /// The file.
        path: String,
        /// Its content, or what is added to it.
        #[serde(serialize_with = "as_text")]
        bytes: Vec<u8>,
        /// What becomes of a file that is there.
        placement: Placement,
    },
    /// Copies files, or folders with `recurse`. Attributes and security come from the new place, as in a new file.
    Copy {
        /// A pattern.
        from: String,
        /// The new place, see [`Into`].
        to: String,
        /// How `to` is read.
        into: Into,
        /// Whether a folder is copied with all that is in it; without, a folder is created empty.
        recurse: bool,
        /// When a file is there already.
        exists: IfExists,
        /// When nothing matches.
        missing: IfMissing,
    },
    /// Moves or renames files and folders. A folder never moves over one that is there.
    Move {
        /// A pattern.
        from: String,
        /// The new place, see [`Into`].
        to: String,
        /// How `to` is read.
        into: Into,
        /// When a file is there already.
        exists: IfExists,
        /// When nothing matches.
        missing: IfMissing,
    },
    /// Removes files and folders.
    Remove {
        /// A pattern.
        path: String,
        /// Whether folders match; without, only files do and a folder is a failure when it is named without a
        /// pattern.
        folders: bool,
        /// Whether a folder may have something in it.
        recurse: bool,
        /// When nothing matches.
        missing: IfMissing,
    },
    /// Fails when nothing matches: a command that only reads or prints would have failed.
    Require {
        /// A pattern.
        path: String,
    },
    /// Fetches a file. An HTTP status of 400 or more is a failure. A file that is there is replaced.
    Download {
        /// From where: `https://` or `http://`.
        url: String,
        /// The file.
        dest: String,
        /// Request headers, in order.
        headers: Vec<(String, String)>,
        /// Whether redirections are followed; without, a redirection is a failure.
        redirects: bool,
        /// The hash that the next operations check, where they do: what is fetched may then come from a cache.
        expected: Option<Hash>,
    },
    /// Compares a file's hash.
    VerifyHash {
        /// The file.
        path: String,
        /// What it must be.
        expected: Hash,
        /// What the Dockerfile says when it is another one; may be empty.
        message: String,
    },
    /// Writes the lines of a text file with some of their words replaced. Only a file of ASCII is the same in every code
    /// page; any other is a failure.
    Replace {
        /// The file.
        from: String,
        /// Whether its text is taken as a whole, and not by lines.
        raw: bool,
        /// The file that is written; a file that is there is replaced.
        to: String,
        /// What is replaced, in order.
        changes: Vec<Replacement>,
    },
    /// Creates a link. Its target is there, and is a folder or a file as the link is one to.
    Link {
        /// The link.
        path: String,
        /// Where it leads: an absolute path.
        target: String,
        /// Whether it leads to a folder; the target decides where nothing is said.
        folder: Option<bool>,
        /// Whether it is a junction and not a symbolic link.
        junction: bool,
    },
    /// Compares a file's hash with one that stands in another file.
    VerifyListed {
        /// The file.
        path: String,
        /// How the hash is made.
        algorithm: Algorithm,
        /// Where the hash stands that it must have.
        list: Listed,
        /// What the Dockerfile says when it is another one; may be empty.
        message: String,
    },
    /// Unpacks an archive. Entries are checked as those of `ADD` are.
    Extract {
        /// The archive.
        archive: String,
        /// The folder that the entries go to.
        dest: String,
        /// Whether `dest` and those above it are created.
        parents: bool,
        /// What kinds of archives the program knows; which one it is, the bytes tell.
        format: ArchiveFormat,
        /// How many leading components of each name are taken off; entries with no more are left out.
        strip: u32,
        /// Only these entries, and what is below them; all when empty.
        members: Vec<String>,
        /// When a file is there already.
        exists: IfExists,
    },
    /// Sets a variable of the machine; see [`super::Machine`] for what becomes of it.
    SetEnv {
        /// The name, as written.
        name: String,
        /// The value.
        #[serde(serialize_with = "super::base_path::value")]
        value: String,
    },
}

/// A word in a file of checksums. What is not there is no hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The file.
    pub file: String,
    /// Whether its text is taken as a whole, with the ends of its lines.
    pub raw: bool,
    /// The lines that stay: those where this regular expression of letters, `.`, `^` and `$` is found, in any case.
    pub line: Option<String>,
    /// What parts the lines into words; all their words are then one list.
    pub split: Option<Separator>,
    /// Which of the words, from 0; from the end where it is negative.
    pub word: Option<i64>,
    /// Whether blanks at both ends are taken off.
    pub trim: bool,
}

/// A text that takes the place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// A regular expression of letters, `.`, `^` and `$`.
    pub pattern: String,
    /// Whether letter case counts.
    pub exact: bool,
    /// What stands in its place.
    pub with: String,
}

/// What stands between words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Separator {
    /// Blanks, as many as there are.
    Blanks,
    /// This character; between two of them there is an empty word.
    Char(char),
}

/// When something of that name is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfExists {
    /// It is a failure.
    Fail,
    /// It is replaced.
    Replace,
    /// It stays, and nothing is done.
    Keep,
}

/// When what is named is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfMissing {
    /// It is a failure.
    Fail,
    /// Nothing is done.
    Skip,
}

/// How the target of a copy or a move is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Into {
    /// A folder that is there takes what matches, under its own name. Otherwise `to` is the new name, and exactly
    /// one thing may match; the folder above must be there.
    FolderOrName,
    /// `to` is the new name, and exactly one thing may match. A folder of that name is a failure.
    Name,
    /// `to` is a folder. It is created, with those above it, when it is not there.
    Folder,
    /// `from` is a folder, and `to` takes what is in it. Created as [`Into::Folder`] is.
    Content,
}

/// What becomes of a file that is written and there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// It is replaced.
    Replace,
    /// The bytes come after its own. A file that begins with a byte order mark is a failure: the shell would encode
    /// the text as the file is. Without a file it is created.
    Append,
    /// It is a failure.
    New,
}

/// The kinds of archives that a program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArchiveFormat {
    /// Zip only, whatever the file is called.
    Zip,
    /// What Windows' own `tar.exe` (libarchive) knows: tar, plain or compressed with gzip, bzip2, xz or zstd, and zip.
    Any,
}

/// A hash and how it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hash {
    /// How.
    pub algorithm: Algorithm,
    /// Lower-case hexadecimal digits, as many as the algorithm has.
    pub hex: String,
}

/// The algorithms of `Get-FileHash` and `certutil -hashfile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The algorithm of this name, in any case: `SHA256`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "MD5" => Algorithm::Md5,
            "SHA1" => Algorithm::Sha1,
            "SHA256" => Algorithm::Sha256,
            "SHA384" => Algorithm::Sha384,
            "SHA512" => Algorithm::Sha512,
            _ => return None,
        })
    }

    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }

    /// How many hexadecimal digits a hash has.
    pub const fn digits(self) -> usize {
        match self {
            Algorithm::Md5 => 32,
            Algorithm::Sha1 => 40,
            Algorithm::Sha256 => 64,
            Algorithm::Sha384 => 96,
            Algorithm::Sha512 => 128,
        }
    }
}

/// Text as text, other bytes in Base64.
fn as_text<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => serializer.serialize_str(text),
        Err(_) => {
            use base64::Engine;
            let coded = base64::engine::general_purpose::STANDARD.encode(bytes);
            serializer.serialize_str(&format!("base64:{coded}"))
        }
    }
}
