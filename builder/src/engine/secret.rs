//! Secrets of a build: where their values come from, and finding them where they must not be.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem::Finder;

/// Where a secret comes from: `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSource {
    /// The name that steps ask for it by.
    pub id: String,
    /// Where its value is.
    pub from: ValueFrom,
}

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueFrom {
    /// In a variable of the environment.
    Variable(String),
    /// In a file.
    File(PathBuf),
}

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Value(Vec<u8>);

impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// What is wrong with a secret. No message has a value in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The option cannot be read.
    #[error("--secret `{text}`: expected id=NAME,env=VARIABLE or id=NAME,src=FILE")]
    Option {
        /// The option without what looks like a value.
        text: String,
    },
    /// The variable is not set.
    #[error("the secret `{id}` is to come from the variable {variable}, which is not set")]
    Variable {
        /// The secret.
        id: String,
        /// The variable.
        variable: String,
    },
    /// The file cannot be read.
    #[error("the secret `{id}` is to come from {path}")]
    File {
        /// The secret.
        id: String,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// An empty value.
    #[error("the secret `{id}` is empty")]
    Empty {
        /// The secret.
        id: String,
    },
    /// A variable's value that is not text.
    #[error("the secret `{id}` is no text, and a step wants it as a variable")]
    NotText {
        /// The secret.
        id: String,
    },
    /// A step wants a secret that the command line does not give.
    #[error("{step}: the step wants the secret `{id}`, which is not given")]
    NotGiven {
        /// The secret.
        id: String,
        /// The file and the line of the step.
        step: String,
    },
    /// The value was found in what the step leaves behind.
    #[error("{step}: the step left the secret `{id}` in {place}; nothing of the step was kept")]
    Left {
        /// The secret.
        id: String,
        /// The file and the line of the step.
        step: String,
        /// Where: a file of the layer, or the config.
        place: String,
    },
    /// The layer that a step with secrets made could not be looked at.
    #[error("{step}: the layer could not be checked for secrets; nothing of the step was kept")]
    Unchecked {
        /// The file and the line of the step.
        step: String,
        /// Why.
        source: io::Error,
    },
}

impl SecretError {
    pub(super) const fn is_usage(&self) -> bool {
        !matches!(self, SecretError::Left { .. } | SecretError::Unchecked { .. })
    }

    pub(super) fn help(&self) -> String {
        match self {
            SecretError::Option { .. } => "for example --secret id=token,env=NUGET_TOKEN".to_owned(),
            SecretError::Variable { variable, .. } => format!("set {variable}, or give the secret with src=FILE"),
            SecretError::File { .. } => "give a file that can be read".to_owned(),
            SecretError::Empty { .. } => "an empty secret is usually a variable of CI that this branch may not see".to_owned(),
            SecretError::NotText { .. } => "let the step read it as a file: leave env= out of its --mount".to_owned(),
            SecretError::NotGiven { id, .. } => format!("give it with --secret id={id},env=VARIABLE or src=FILE"),
            SecretError::Left { .. } => {
                "let the program read the secret without writing it down: npm, NuGet and git keep it in a configuration file \
                 unless told otherwise"
                    .to_owned()
            }
            SecretError::Unchecked { .. } => "see the cause; the step runs again with the next build".to_owned(),
        }
    }
}

impl FromStr for SecretSource {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let fail = || {
            // What follows an unknown key may be the value itself.
            let keys: Vec<_> = text.split(',').map(|part| part.split('=').next().unwrap_or_default()).collect();
            SecretError::Option { text: keys.join("=...,") }
        };
        let (mut id, mut variable, mut file) = (None, None, None);
        for part in text.split(',') {
            match part.split_once('=').ok_or_else(fail)? {
                ("id", value) => id = Some(value),
                ("env", value) => variable = Some(value),
                ("src" | "source", value) => file = Some(value),
                ("type", "env" | "file") => {}
                _ => return Err(fail()),
            }
        }
        let id = id.filter(|id| !id.is_empty()).ok_or_else(fail)?.to_owned();
        let from = match (variable, file) {
            (Some(name), None) if !name.is_empty() => ValueFrom::Variable(name.to_owned()),
            (None, Some(path)) if !path.is_empty() => ValueFrom::File(PathBuf::from(path)),
            // As docker does: the variable of the secret's own name.
            (None, None) => ValueFrom::Variable(id.clone()),
            _ => return Err(fail()),
        };
        Ok(SecretSource { id, from })
    }
}

/// The secrets of a build, by name.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    values: BTreeMap<String, Value>,
    /// What is no secret to hand to steps, and is shown as little.
    hidden: Vec<Value>,
}

impl Secrets {
    /// Reads the values.
    ///
    /// # Errors
    /// A variable that is not set, a file that cannot be read, or an empty value.
    pub fn read(sources: &[SecretSource], variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, SecretError> {
        let mut secrets = BTreeMap::new();
        for source in sources {
            let id = source.id.clone();
            let bytes = match &source.from {
                ValueFrom::Variable(name) => variable(name)
                    .ok_or_else(|| SecretError::Variable { id: id.clone(), variable: name.clone() })?
                    .into_bytes(),
                ValueFrom::File(path) => std::fs::read(path).map_err(|source| SecretError::File {
                    id: id.clone(),
                    path: path.clone(),
                    source,
                })?,
            };
            if bytes.trim_ascii().is_empty() {
                return Err(SecretError::Empty { id });
            }
            secrets.insert(id, Value(bytes));
        }
        Ok(Secrets { values: secrets, hidden: Vec::new() })
    }

    /// The same, where these texts are shown as little as the values.
    #[must_use]
    pub fn hiding(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        self.hidden.extend(texts.into_iter().map(|text| Value(text.into_bytes())));
        self
    }

    /// All texts that are shown nowhere.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.values().chain(&self.hidden).filter_map(Value::text)
    }

    /// The value of a secret.
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.values.get(id)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The text without the values, of a value with several lines without each.
    pub fn mask(&self, text: &str) -> String {
        let mut lines: Vec<&str> = self.texts().flat_map(str::lines).collect();
        lines.retain(|line| !line.trim().is_empty());
        // Of two values of which one begins the other, the longer is cut out first.
        lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
        lines.iter().fold(text.to_owned(), |text, line| text.replace(line, "***"))
    }

    /// All, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(id, value)| (id.as_str(), value))
    }
}

impl Value {
    /// The bytes, for who must hand them on.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The value as text without the line end that files end with.
    pub fn text(&self) -> Option<&str> {
        Some(std::str::from_utf8(&self.0).ok()?.trim_end_matches(['\r', '\n']))
    }
}

/// Finds the values of secrets in bytes, as they are, as UTF-16 and in base64.
pub struct Scanner {
    needles: Vec<(String, Finder<'static>)>,
    longest: usize,
}

/// Values shorter than this are everywhere by chance.
const SHORTEST: usize = 6;

impl Scanner {
    /// A scanner for these secrets. Values shorter than six bytes cannot be looked for.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Self {
        let mut needles = Vec::new();
        for (id, value) in secrets {
            let bytes = value.0.trim_ascii();
            let mut add = |bytes: Vec<u8>| {
                if bytes.len() >= SHORTEST {
                    needles.push((id.to_owned(), Finder::new(&bytes).into_owned()));
                }
            };
            add(bytes.to_vec());
            if let Ok(text) = std::str::from_utf8(bytes) {
                add(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            }
            for skipped in 0..3 {
                add(base64_core(bytes, skipped));
            }
        }
        let longest = needles.iter().map(|(_, needle)| needle.needle().len()).max().unwrap_or_default();
        Scanner { needles, longest }
    }

    /// The secret that stands in some text.
    pub fn find(&self, bytes: &[u8]) -> Option<&str> {
        self.needles.iter().find(|(_, needle)| needle.find(bytes).is_some()).map(|(id, _)| id.as_str())
    }

    /// The secret that stands in a stream, which is read to its end or to the first one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn find_in(&self, mut reader: impl Read) -> io::Result<Option<&str>> {
        const CHUNK: usize = 1 << 16;
        let mut window = Vec::with_capacity(CHUNK + self.longest);
        loop {
            let read = reader.by_ref().take(CHUNK as u64).read_to_end(&mut window)?;
            if let Some(id) = self.find(&window) {
                return Ok(Some(id));
            }
            if read == 0 {
                return Ok(None);
            }
            // What may be the beginning of a value stays for the next round.
            let keep = window.len().min(self.longest.saturating_sub(1));
            window.drain(..window.len() - keep);
        }
    }
}

/// The characters that the value's base64 has wherever it stands: those that no neighbour decides, when `skipped`
/// bytes of the value belong to a group of three that began before it.
fn base64_core(bytes: &[u8], skipped: usize) -> Vec<u8> {
    let bytes = bytes.get(skipped..).unwrap_or_default();
    let whole = bytes.len() / 3 * 3;
    STANDARD_NO_PAD.encode(&bytes[..whole]).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(value: &str) -> Secrets {
        let source: SecretSource = "id=token,env=T".parse().unwrap();
        Secrets::read(&[source], &|_| Some(value.to_owned())).unwrap()
    }

    #[test]
    fn options_are_read() {
        let source: SecretSource = "id=a,src=C:/x".parse().unwrap();
        assert_eq!(source.from, ValueFrom::File("C:/x".into()));
        let source: SecretSource = "id=TOKEN".parse().unwrap();
        assert_eq!(source.from, ValueFrom::Variable("TOKEN".to_owned()));
        for wrong in ["", "token", "id=,env=X", "id=a,env=", "id=a,env=X,src=y", "id=a,value=hunter2"] {
            let error = wrong.parse::<SecretSource>().unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn missing_values_are_told_apart() {
        let source: SecretSource = "id=token,env=T".parse().unwrap();
        let error = Secrets::read(std::slice::from_ref(&source), &|_| None).unwrap_err();
        assert!(matches!(error, SecretError::Variable { .. }) && error.is_usage(), "{error}");
        let error = Secrets::read(&[source], &|_| Some(" \n".to_owned())).unwrap_err();
        assert!(matches!(error, SecretError::Empty { .. }), "{error}");
    }

    #[test]
    fn a_value_is_never_printed() {
        assert!(!format!("{:?}", secrets("s3cr3t-value")).contains("s3cr3t"));
    }

    #[test]
    fn a_value_is_masked_line_by_line() {
        assert_eq!(secrets("s3cr3t\nvalue\n").mask("a s3cr3t b value c"), "a *** b *** c");
    }

    #[test]
    fn what_is_hidden_is_masked_and_handed_to_no_step() {
        let secrets = secrets("s3cr3t").hiding(["tok-123456".to_owned()]);
        assert_eq!(secrets.mask("a s3cr3t b tok-123456"), "a *** b ***");
        assert_eq!(secrets.iter().map(|(id, _)| id).collect::<Vec<_>>(), ["token"]);
        assert!(!format!("{secrets:?}").contains("tok-"));
    }

    #[test]
    fn a_value_is_found_as_it_may_be_written() {
        let secrets = secrets("s3cr3t-value\n");
        let scanner = Scanner::new(secrets.iter());
        let utf16: Vec<u8> = "key=s3cr3t-value;".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(scanner.find(&utf16), Some("token"));
        for before in ["", "u", "us", "user:"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{before}s3cr3t-value@host"));
            assert_eq!(scanner.find(encoded.as_bytes()), Some("token"), "{before}");
        }
        assert_eq!(scanner.find(b"s3cr3t-valu"), None);
    }

    #[test]
    fn a_value_is_found_across_the_chunks_of_a_stream() {
        let secrets = secrets("s3cr3t-value");
        let scanner = Scanner::new(secrets.iter());
        for at in [0, 65_530, 65_536, 131_065] {
            let mut bytes = vec![b'.'; 140_000];
            bytes[at..at + 12].copy_from_slice(b"s3cr3t-value");
            assert_eq!(scanner.find_in(bytes.as_slice()).unwrap(), Some("token"), "{at}");
        }
        assert_eq!(scanner.find_in(vec![b'.'; 140_000].as_slice()).unwrap(), None);
    }
}
