//! What the records of an entry say to Windows: times, attributes and who may do what.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Header, defect};
use crate::layer::defect::Code;
use crate::layer::read::parse_time;

pub(super) const RAW_SD: &str = "MSWINDOWS.rawsd";
const DIRECTORY: u32 = 0x10;
const REPARSE_POINT: u32 = 0x400;

pub(super) fn check(header: &Header, add: &mut impl FnMut(&'static Code, String)) {
    check_times(header, add);
    check_attributes(header, add);
    if let Some(text) = header.records.get(RAW_SD) {
        match STANDARD.decode(text) {
            Ok(bytes) if is_descriptor(&bytes) => {}
            Ok(_) => add(&defect::SECURITY_DESCRIPTOR, "MSWINDOWS.rawsd is no self-relative descriptor".to_owned()),
            Err(error) => add(&defect::SECURITY_DESCRIPTOR, format!("MSWINDOWS.rawsd is no base64: {error}")),
        }
    }
}

fn check_times(header: &Header, add: &mut impl FnMut(&'static Code, String)) {
    let absent = ["atime", "ctime"].into_iter().filter(|key| !header.records.contains_key(*key));
    let absent: Vec<&str> = absent.collect();
    // A hard link has no times of its own.
    if !absent.is_empty() && header.kind != b'1' {
        add(&defect::TIME_ABSENT, format!("there is no {}", absent.join(" and no ")));
    }
    let Some(value) = header.records.get("LIBARCHIVE.creationtime") else { return };
    let text = String::from_utf8_lossy(value);
    let Some(time) = parse_time(value) else {
        return add(&defect::CREATION_TIME, format!("`{text}` is no time"));
    };
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    // Zeros at the end belong to nine digits or are not written; without them, the number may still be the
    // nanoseconds of the other times, written without zeros before it.
    let has_zeros = fraction.len() < 9 && fraction.ends_with('0') && fraction != "0";
    let is_bare = fraction.len() < 9 && fraction.parse() == Ok(header.time.nanos) && header.time.nanos != time.nanos;
    if has_zeros || is_bare {
        let padded = format!("{fraction:0>9}");
        add(&defect::CREATION_TIME, format!("`.{fraction}` is read as .{:09}, and .{padded} was meant", time.nanos));
    }
}

fn check_attributes(header: &Header, add: &mut impl FnMut(&'static Code, String)) {
    let Some(value) = header.records.get("MSWINDOWS.fileattr") else { return };
    let text = String::from_utf8_lossy(value);
    let Ok(attributes) = text.parse::<u32>() else {
        return add(&defect::ATTRIBUTES, format!("`{text}` is no number"));
    };
    let (is_dir, is_link) = (attributes & DIRECTORY != 0, attributes & REPARSE_POINT != 0);
    let wrong = match header.kind {
        b'5' => !is_dir,
        b'0' | b'7' => is_dir,
        b'2' => !is_link,
        _ => false,
    };
    if wrong {
        add(&defect::ATTRIBUTES, format!("{attributes} does not fit the type `{}`", char::from(header.kind)));
    }
}

/// Whether the bytes have the head of a self-relative descriptor whose parts lie inside it.
fn is_descriptor(bytes: &[u8]) -> bool {
    let Some((head, _)) = bytes.split_at_checked(20) else { return false };
    let control = u16::from_le_bytes([head[2], head[3]]);
    let at = |index: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| head[index + byte])) as usize;
    let is_sid = |at: usize| {
        let parts = bytes.get(at + 1).map(|parts| usize::from(*parts));
        bytes.get(at) == Some(&1) && parts.is_some_and(|parts| parts <= 15 && at + 8 + 4 * parts <= bytes.len())
    };
    let is_acl = |at: usize| {
        let size = bytes.get(at + 2..at + 4).map(|size| usize::from(u16::from_le_bytes([size[0], size[1]])));
        size.is_some_and(|size| size >= 8 && at + size <= bytes.len())
    };
    head[0] == 1
        && control & 0x8000 != 0
        && [4, 8].into_iter().all(|field| at(field) == 0 || is_sid(at(field)))
        && [12, 16].into_iter().all(|field| at(field) == 0 || is_acl(at(field)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{SecurityDescriptor, Sid, Time};

    #[test]
    fn descriptors_are_told_from_other_bytes() {
        let user = Sid::parse("ContainerUser").unwrap();
        for good in [
            SecurityDescriptor::file(),
            SecurityDescriptor::directory(),
            SecurityDescriptor::owned_by(&user, None, true),
            SecurityDescriptor::from_sddl("O:BUG:BU").unwrap(),
        ] {
            assert!(is_descriptor(good.as_bytes()));
            let cut = good.as_bytes().len() - 1;
            assert!(!is_descriptor(&good.as_bytes()[..cut]), "{good:?}");
        }
        assert!(!is_descriptor(b"") && !is_descriptor(&[1; 40]));
    }

    #[test]
    fn a_time_without_its_zeros_is_found() {
        let found = |value: &str, nanos: u32| {
            let mut header = Header { kind: b'1', time: Time { seconds: 1, nanos }, ..Header::default() };
            header.records.insert("LIBARCHIVE.creationtime".to_owned(), value.as_bytes().to_vec());
            let mut codes = Vec::new();
            check(&header, &mut |code, _| codes.push(code.id));
            codes
        };
        assert_eq!(found("1795304794.16779500", 16_779_500), ["WL026"]);
        assert_eq!(found("1.16779501", 16_779_501), ["WL026"]);
        assert_eq!(found("x", 0), ["WL026"]);
        for good in ["1795304794", "1.0167795", "1.016779500", "1.5", "-1.5", "1.0"] {
            assert!(found(good, 16_779_500).is_empty(), "{good}");
        }
    }
}
