//! `EXPOSE`: what ports a word opens.

/// The ports of a word, each with its protocol: `80`, `80/udp`, `8000-8002`, `8080:80`. Of a mapping the container's
/// side counts.
pub(super) fn ports(word: &str) -> Result<Vec<String>, String> {
    let (range, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let protocol = if protocol.is_empty() { "tcp".to_owned() } else { protocol.to_ascii_lowercase() };
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(format!("invalid proto: {protocol}"));
    }
    let container = range.rsplit(':').next().unwrap_or(range);
    let port = |text: &str| text.parse::<u16>().map_err(|_| format!("invalid containerPort: {word}"));
    let (first, last) = match container.split_once('-') {
        Some((first, last)) => (port(first)?, port(last)?),
        None => (port(container)?, port(container)?),
    };
    if first > last {
        return Err(format!("invalid containerPort: {word}"));
    }
    Ok((first..=last).map(|port| format!("{port}/{protocol}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_port() {
        let of = |word: &str| ports(word).map(|ports| ports.join(" "));
        assert_eq!(of("80").as_deref(), Ok("80/tcp"));
        assert_eq!(of("53/UDP").as_deref(), Ok("53/udp"));
        assert_eq!(of("80-82").as_deref(), Ok("80/tcp 81/tcp 82/tcp"));
        assert_eq!(of("127.0.0.1:8080:80/tcp").as_deref(), Ok("80/tcp"));
        for wrong in ["", "x", "80/icmp", "82-80", "70000", "80-"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
