//! Image references as Docker reads them, with the place of each part.
//!
//! The grammar is decided here and not by `oci_spec::distribution::Reference`, whose first use compiles a
//! regular expression: 40 ms on the machine of first measurement, several times a whole run, and 3 µs for each
//! reference after it. The tests hold both to the same answers, but for what that type does otherwise than
//! Docker's own library: a first component in capitals, an IPv6 host, a bare image id, tags outside ASCII, and
//! digests in capitals.

use std::fmt;
use std::ops::Range;

use crate::source::Span;
use crate::splice::Spliced;

/// Longest repository name, in bytes, after normalisation.
const NAME_LENGTH: usize = 255;

/// Longest tag, in bytes.
const TAG_LENGTH: usize = 128;

const HUB: &str = "docker.io";

/// An image reference, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Host and port, if the first component is one.
    pub registry: Option<Part>,
    /// The name below the registry, as written: without Docker Hub's `library/`.
    pub repository: Part,
    /// What follows the colon.
    pub tag: Option<Part>,
    /// What follows the `@`: algorithm, colon, hexadecimal digits.
    pub digest: Option<Part>,
}

/// A part of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its text, after expansion.
    pub text: String,
    /// Where it comes from.
    pub span: Span,
}

impl Reference {
    /// The name by which registries know it: `docker.io/library/x` for `x`. Without tag and digest.
    pub fn full_name(&self) -> String {
        let repository = &self.repository.text;
        match &self.registry {
            Some(registry) if !is_hub(&registry.text) => format!("{}/{repository}", registry.text),
            _ if repository.contains('/') => format!("{HUB}/{repository}"),
            _ => format!("{HUB}/library/{repository}"),
        }
    }

    /// Whether it is pulled from Docker Hub.
    pub fn is_docker_hub(&self) -> bool {
        self.registry.as_ref().is_none_or(|registry| is_hub(&registry.text))
    }

    /// Registry and repository as written.
    pub fn name_without_tag(&self) -> String {
        match &self.registry {
            Some(registry) => [registry.text.as_str(), "/", &self.repository.text].concat(),
            None => self.repository.text.clone(),
        }
    }
}

fn is_hub(registry: &str) -> bool {
    registry == HUB || registry == "index.docker.io"
}

/// Text that is no image reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceError {
    /// What is wrong.
    pub kind: ReferenceErrorKind,
    /// Where. Where something is missing, the sign that asks for it.
    pub span: Span,
}

/// What is wrong with an image reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceErrorKind {
    /// There is no text, or nothing before the tag or digest.
    Empty,
    /// 64 hexadecimal digits, which would be an image id.
    ImageId,
    /// Host or port are none.
    InvalidRegistry,
    /// A capital letter in the repository name.
    Uppercase,
    /// Two slashes in a row, or one at an end.
    EmptyComponent,
    /// A character that no repository name has.
    InvalidCharacter(char),
    /// Signs between letters that may not stand so: at an end, two periods, three underscores, mixed.
    InvalidSeparator,
    /// The repository name is longer than 255 bytes.
    NameTooLong,
    /// A colon without a tag.
    EmptyTag,
    /// A character that no tag has, or not at its beginning.
    InvalidTagCharacter(char),
    /// The tag is longer than 128 bytes.
    TagTooLong,
    /// Not an algorithm, a colon and lower-case hexadecimal digits.
    InvalidDigest,
    /// Another algorithm than sha256, sha384 and sha512.
    UnknownDigestAlgorithm,
    /// Too few or too many digits.
    DigestLength {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

impl fmt::Display for ReferenceErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ReferenceErrorKind as Kind;
        match self {
            Kind::Empty => f.write_str("there is no repository name"),
            Kind::ImageId => f.write_str("64 hexadecimal digits are an image id, not a name"),
            Kind::InvalidRegistry => f.write_str("this is no registry host"),
            Kind::Uppercase => f.write_str("a repository name must be lower case"),
            Kind::EmptyComponent => f.write_str("a component of the repository name is empty"),
            Kind::InvalidCharacter(char) => write!(f, "a repository name cannot contain {char:?}"),
            Kind::InvalidSeparator => f.write_str("letters or digits must stand on both sides of one separator"),
            Kind::NameTooLong => write!(f, "the repository name is longer than {NAME_LENGTH} bytes"),
            Kind::EmptyTag => f.write_str("the tag is empty"),
            Kind::InvalidTagCharacter(char @ ('.' | '-')) => write!(f, "a tag cannot begin with {char:?}"),
            Kind::InvalidTagCharacter(char) => write!(f, "a tag cannot contain {char:?}"),
            Kind::TagTooLong => write!(f, "the tag is longer than {TAG_LENGTH} bytes"),
            Kind::InvalidDigest => f.write_str("a digest is an algorithm, a colon and lower-case hexadecimal digits"),
            Kind::UnknownDigestAlgorithm => f.write_str("the digest algorithm is not sha256, sha384 or sha512"),
            Kind::DigestLength { expected, found } => write!(f, "the digest has {found} digits instead of {expected}"),
        }
    }
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for ReferenceError {}

/// A place in the text and what is wrong there.
type Fault = (Range<usize>, ReferenceErrorKind);

/// Reads a reference after its variables were put in; `scratch` is one like any other.
///
/// # Errors
/// When Docker would not take it, with the place of the first thing that is wrong.
pub fn parse(text: &Spliced) -> Result<Reference, ReferenceError> {
    let part = |range: Range<usize>| Part { text: text.text()[range.clone()].to_owned(), span: text.span(range) };
    match split(text.text()) {
        Ok(parts) => Ok(Reference {
            registry: parts.registry.map(part),
            repository: part(parts.repository),
            tag: parts.tag.map(part),
            digest: parts.digest.map(part),
        }),
        Err((range, kind)) => Err(ReferenceError { kind, span: text.span(range) }),
    }
}

struct Parts {
    registry: Option<Range<usize>>,
    repository: Range<usize>,
    tag: Option<Range<usize>>,
    digest: Option<Range<usize>>,
}

fn split(text: &str) -> Result<Parts, Fault> {
    if text.len() == 64 && text.bytes().all(is_lower_hex) {
        return Err((0..text.len(), ReferenceErrorKind::ImageId));
    }
    let before_digest = text.find('@').unwrap_or(text.len());
    let registry = text[..before_digest].find('/').filter(|slash| is_registry(&text[..*slash])).map(|slash| 0..slash);
    let start = registry.as_ref().map_or(0, |registry| registry.end + 1);
    let before_tag = text[start..before_digest].find(':').map_or(before_digest, |colon| start + colon);
    let repository = start..before_tag;
    if text[repository.clone()].is_empty() {
        return Err((0..text.len(), ReferenceErrorKind::Empty));
    }
    if let Some(registry) = &registry
        && !is_host(&text[registry.clone()])
    {
        return Err((registry.clone(), ReferenceErrorKind::InvalidRegistry));
    }
    let on_hub = registry.as_ref().is_none_or(|registry| is_hub(&text[registry.clone()]));
    check_repository(text, repository.clone(), on_hub)?;
    let tag = (before_tag < before_digest).then_some(before_tag + 1..before_digest);
    if let Some(tag) = &tag {
        check_tag(text, tag.clone())?;
    }
    let digest = (before_digest < text.len()).then_some(before_digest + 1..text.len());
    if let Some(digest) = &digest {
        check_digest(text, digest.clone())?;
    }
    Ok(Parts { registry, repository, tag, digest })
}

/// Whether the component before the first slash is a host and not a part of the name.
fn is_registry(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.chars().any(char::is_uppercase)
}

fn is_host(text: &str) -> bool {
    let colon = text.rfind(':').filter(|colon| !text[*colon..].contains(']'));
    let (host, port) = text.split_at(colon.unwrap_or(text.len()));
    if let Some(port) = port.strip_prefix(':') {
        if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
    } else if component_fault(host).is_none() {
        // such as `a_b.c`: no host name, but the grammar takes it as a part of the path and the puller as the host
        return true;
    }
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    }
    host.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

fn check_repository(text: &str, range: Range<usize>, on_hub: bool) -> Result<(), Fault> {
    let mut start = range.start;
    for component in text[range.clone()].split('/') {
        if let Some((place, kind)) = component_fault(component) {
            let place = start + place.start..start + place.end;
            // an empty place gives no text to point at, so point at the slash beside it
            let place = if !place.is_empty() {
                place
            } else if start > range.start {
                start - 1..start
            } else {
                start..start + 1
            };
            return Err((place, kind));
        }
        start += component.len() + 1;
    }
    let prefix = if on_hub && !text[range.clone()].contains('/') { "library/".len() } else { 0 };
    if range.len() + prefix > NAME_LENGTH {
        return Err((range, ReferenceErrorKind::NameTooLong));
    }
    Ok(())
}

/// What is wrong with one component of a repository name.
fn component_fault(component: &str) -> Option<Fault> {
    if is_plain(component) {
        return None;
    }
    let whole = 0..component.len();
    if component.is_empty() {
        return Some((whole, ReferenceErrorKind::EmptyComponent));
    }
    if component.chars().any(char::is_uppercase) {
        return Some((whole, ReferenceErrorKind::Uppercase));
    }
    let is_sign = |char: char| matches!(char, '.' | '_' | '-');
    let is_name = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    if let Some((at, char)) = component.char_indices().find(|(_, char)| !is_sign(*char) && !is_name(*char)) {
        return Some((at..at + char.len_utf8(), ReferenceErrorKind::InvalidCharacter(char)));
    }
    let mut at = 0;
    while let Some(found) = component[at..].find(is_sign) {
        let start = at + found;
        let signs = &component[start..];
        let signs = &signs[..signs.find(is_name).unwrap_or(signs.len())];
        at = start + signs.len();
        let one = matches!(signs, "." | "_" | "__") || signs.bytes().all(|byte| byte == b'-');
        if !one || start == 0 || at == component.len() {
            return Some((start..at, ReferenceErrorKind::InvalidSeparator));
        }
    }
    None
}

/// Whether a component has nothing but small letters, digits and single signs between them, as nearly all have.
fn is_plain(component: &str) -> bool {
    let mut after_sign = true;
    for byte in component.bytes() {
        let is_sign = matches!(byte, b'.' | b'_' | b'-');
        if is_sign && after_sign || !is_sign && !byte.is_ascii_lowercase() && !byte.is_ascii_digit() {
            return false;
        }
        after_sign = is_sign;
    }
    !after_sign
}

fn check_tag(text: &str, range: Range<usize>) -> Result<(), Fault> {
    let tag = &text[range.clone()];
    if tag.is_empty() {
        return Err((range.start - 1..range.start, ReferenceErrorKind::EmptyTag));
    }
    let allowed =
        |at: usize, char: char| char.is_ascii_alphanumeric() || char == '_' || at > 0 && matches!(char, '.' | '-');
    if let Some((at, char)) = tag.char_indices().find(|(at, char)| !allowed(*at, *char)) {
        let at = range.start + at;
        return Err((at..at + char.len_utf8(), ReferenceErrorKind::InvalidTagCharacter(char)));
    }
    if tag.len() > TAG_LENGTH { Err((range, ReferenceErrorKind::TagTooLong)) } else { Ok(()) }
}

fn check_digest(text: &str, range: Range<usize>) -> Result<(), Fault> {
    let digest = &text[range.clone()];
    let at_sign = range.start - 1..range.end;
    let Some((algorithm, digits)) = digest.split_once(':') else {
        return Err((at_sign, ReferenceErrorKind::InvalidDigest));
    };
    if digits.is_empty() || !digits.bytes().all(is_lower_hex) {
        return Err((at_sign, ReferenceErrorKind::InvalidDigest));
    }
    let expected = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => {
            let place = if algorithm.is_empty() { at_sign } else { range.start..range.start + algorithm.len() };
            return Err((place, ReferenceErrorKind::UnknownDigestAlgorithm));
        }
    };
    if digits.len() != expected {
        let found = digits.len();
        return Err((range.end - found..range.end, ReferenceErrorKind::DigestLength { expected, found }));
    }
    Ok(())
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests;
