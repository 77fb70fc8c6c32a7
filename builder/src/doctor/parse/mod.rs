//! Reads what the system's commands print, in any language of Windows.

mod docker_info;
mod inventory;
mod registry;
mod service;
mod version;

pub use docker_info::{DockerInfo, docker_info};
pub use inventory::{Inventory, inventory};
pub use registry::{RegistryValue, registry_value};
pub use service::{Recovery, ServiceConfig, StartType, State, is_missing, recovery, service_config, service_state};
pub use version::{OsVersion, docker_os_version, ver};

/// The text of a command's output: UTF-16 where it is (`wsl.exe` writes it without a mark), else UTF-8, with
/// other bytes replaced. What is read of a text in a code page is ASCII in all of them.
pub fn decode(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest),
        [first, 0, rest @ ..]
            if *first != 0
                && rest.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count() * 2 >= rest.len() / 2 =>
        {
            wide(bytes)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_text_is_read_with_and_without_a_mark() {
        let wide: Vec<u8> = "WSL version: 2.1.5".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide), "WSL version: 2.1.5");
        assert_eq!(decode(&[&[0xff, 0xfe], &wide[..]].concat()), "WSL version: 2.1.5");
        assert_eq!(decode(b"plain"), "plain");
        assert_eq!(decode(b"\xef\xbb\xbfmark"), "mark");
        assert_eq!(decode(b"gel\x94scht"), "gel\u{fffd}scht");
    }
}
