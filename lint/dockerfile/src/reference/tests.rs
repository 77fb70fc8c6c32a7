//! Tables of references, and the type of `oci_spec` as a second opinion.

use oci_spec::distribution::Reference as Oracle;
use proptest::prelude::*;

use super::*;

const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn read(text: &str) -> Result<Reference, ReferenceError> {
    parse(&Spliced::verbatim(text, 0))
}

/// As `registry|repository|tag|digest`, after checking that each part stands where it says.
fn shown(text: &str) -> Option<String> {
    let reference = read(text).ok()?;
    let part = |part: Option<&Part>| {
        part.map_or("-".to_owned(), |part| {
            assert_eq!(&text[part.span.range()], part.text);
            part.text.clone()
        })
    };
    Some(format!(
        "{}|{}|{}|{}",
        part(reference.registry.as_ref()),
        part(Some(&reference.repository)),
        part(reference.tag.as_ref()),
        part(reference.digest.as_ref()).replace(HEX, "HEX"),
    ))
}

#[test]
fn parts_and_normal_names() {
    for (text, parts, name) in [
        ("golang", "-|golang|-|-", "docker.io/library/golang"),
        ("a/b:1", "-|a/b|1|-", "docker.io/a/b"),
        ("docker.io/x", "docker.io|x|-|-", "docker.io/library/x"),
        ("index.docker.io/a/x", "index.docker.io|a/x|-|-", "docker.io/a/x"),
        (
            "mcr.microsoft.com/windows/nanoserver:ltsc2022",
            "mcr.microsoft.com|windows/nanoserver|ltsc2022|-",
            "mcr.microsoft.com/windows/nanoserver",
        ),
        ("localhost/x", "localhost|x|-|-", "localhost/x"),
        ("host:5000", "-|host|5000|-", "docker.io/library/host"),
        ("host:5000/x:1@sha256:HEX", "host:5000|x|1|sha256:HEX", "host:5000/x"),
        ("MyReg/foo", "MyReg|foo|-|-", "MyReg/foo"),
        ("[fe80::1]:5000/x", "[fe80::1]:5000|x|-|-", "[fe80::1]:5000/x"),
        ("[::1]/x:y", "[::1]|x|y|-", "[::1]/x"),
        ("a__b/c---d.e_f:A.b-C", "-|a__b/c---d.e_f|A.b-C|-", "docker.io/a__b/c---d.e_f"),
    ] {
        let text = text.replace("HEX", HEX);
        assert_eq!(shown(&text).as_deref(), Some(parts), "{text}");
        assert_eq!(read(&text).unwrap().full_name(), name);
    }
    assert!(read("x").unwrap().is_docker_hub() && !read("ghcr.io/x").unwrap().is_docker_hub());
    assert_eq!(read("ghcr.io/x:1").unwrap().name_without_tag(), "ghcr.io/x");
}

#[test]
fn errors_point_at_the_first_thing_that_is_wrong() {
    use ReferenceErrorKind as Kind;
    let long = format!("x/{}", "a".repeat(254));
    let tag = format!("x:{}", "a".repeat(129));
    for (text, part, kind) in [
        ("", "", Kind::Empty),
        (":1", ":1", Kind::Empty),
        (HEX, HEX, Kind::ImageId),
        ("a/Golang:1", "Golang", Kind::Uppercase),
        ("Golang:1", "Golang", Kind::Uppercase),
        ("a//b", "/", Kind::EmptyComponent),
        ("/a", "/", Kind::EmptyComponent),
        ("a/b/", "/", Kind::EmptyComponent),
        (r"mcr.microsoft.com/windows\nano", r"\", Kind::InvalidCharacter('\\')),
        ("a/ü", "ü", Kind::InvalidCharacter('ü')),
        ("$IMAGE:1", "$IMAGE", Kind::Uppercase),
        ("a..b", "..", Kind::InvalidSeparator),
        ("a/-b", "-", Kind::InvalidSeparator),
        ("a/b_.c", "_.", Kind::InvalidSeparator),
        ("-a.b/c", "-a.b", Kind::InvalidRegistry),
        ("a:port/c", "a:port", Kind::InvalidRegistry),
        ("https://ghcr.io/x", "https:", Kind::InvalidRegistry),
        (&long, &long, Kind::NameTooLong),
        ("x:", ":", Kind::EmptyTag),
        ("x:.1", ".", Kind::InvalidTagCharacter('.')),
        ("a:b:c", ":", Kind::InvalidTagCharacter(':')),
        ("x: y", " ", Kind::InvalidTagCharacter(' ')),
        (&tag, &tag[2..], Kind::TagTooLong),
        ("x@", "@", Kind::InvalidDigest),
        ("x@sha256:ABC", "@sha256:ABC", Kind::InvalidDigest),
        ("x@md5:abc", "md5", Kind::UnknownDigestAlgorithm),
        ("x@sha256:abc", "abc", Kind::DigestLength { expected: 64, found: 3 }),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!((&text[error.span.range()], error.kind), (part, kind), "{text}");
    }
}

#[test]
fn places_lead_back_through_an_expansion() {
    let source = Spliced::verbatim("${T}:x y", 10);
    let mut text = Spliced::default();
    text.push_meaning("a/b", &source, 0..4);
    text.push_from(&source, 4..6);
    let reference = parse(&text).unwrap();
    assert_eq!(reference.repository.span, Span::new(10, 14));
    assert_eq!(reference.tag.unwrap().span, Span::new(15, 16));
}

/// Whether the oracle is known to answer otherwise than Docker; see the head of this file.
fn is_gap(text: &str) -> bool {
    let capitals = |text: &str| text.chars().any(char::is_uppercase);
    let digest = text.split_once('@').map_or("", |(_, digest)| digest);
    let first = text.split_once('/').map_or("", |(first, _)| first);
    let is_id = text.len() == 64 && text.bytes().all(is_lower_hex);
    capitals(first) || capitals(digest) || text.contains('[') || !text.is_ascii() || is_id
}

fn agrees(text: &str) {
    if is_gap(text) {
        return;
    }
    match (read(text), Oracle::try_from(text)) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours.full_name(), format!("{}/{}", theirs.registry(), theirs.repository()));
            assert_eq!(ours.digest.as_ref().map(|part| part.text.as_str()), theirs.digest());
            // theirs puts in `latest` where there is neither
            let tag = ours.tag.as_ref().map(|part| part.text.as_str());
            assert_eq!(tag.or(theirs.digest().is_none().then_some("latest")), theirs.tag());
        }
        (ours, theirs) => assert_eq!(ours.is_ok(), theirs.is_ok(), "{text}: {ours:?} {theirs:?}"),
    }
}

#[test]
fn the_oracle_agrees_on_a_table() {
    let (long, tag) = ("a".repeat(247), "t".repeat(128));
    for text in [
        "a",
        "a/b/c:1",
        "a.b/c",
        "a.b:1/c:2",
        "a_b.c/d",
        "a_b.c:1/d",
        "a-/b",
        "a./b",
        "a/b.",
        "localhost",
        ":x",
        "a:1@sha256:HEX",
        "a@sha512:HEXHEX",
        "a@sha384:HEX",
        "a@sha256+b:HEX",
        "@sha256:HEX",
        "a@b@c",
        "a:b/c",
        "docker.io/a",
        "docker.io/",
        "index.docker.io/a:b",
        "a b",
        "a/B",
        "a:B",
        "1.2.3.4:5/x",
        "a:/x",
        ".",
        "..",
        "LONG",
        "LONGa",
        "aaaaaaaa/LONG",
        "x:TAG",
        "x:TAGt",
        "a---b",
        "a__b",
        "a___b",
        "a._b",
        "a\n",
        "a:1\n",
    ] {
        agrees(&text.replace("HEX", HEX).replace("LONG", &long).replace("TAG", &tag));
    }
}

proptest! {
    #[test]
    fn the_oracle_agrees(text in r"(localhost|docker\.io|[aB0]|[-._:/@ \[\]é]|sha256:|[0-9a-f]{64}){0,9}") {
        agrees(&text);
    }

    #[test]
    fn nothing_panics_and_places_are_in_the_text(text in r"([aB]|[-._:/@ \[\]é]|.){0,12}") {
        let _ = shown(&text);
        if let Err(error) = read(&text) {
            prop_assert!(text.get(error.span.range()).is_some_and(|part| !part.is_empty() || text.is_empty()));
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
