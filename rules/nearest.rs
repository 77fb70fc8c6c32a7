//! The name that somebody likely meant.

/// The nearest of `names`, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|candidate| (distance(&wanted, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= limit || starts(candidate, &wanted))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn starts(candidate: &str, wanted: &str) -> bool {
    wanted.len() >= 4 && candidate.starts_with(wanted)
}

/// How many characters have to be put in, taken out, replaced or swapped with their neighbour.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect::<Vec<_>>(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[1][j] + 1).min(rows[2][j - 1] + 1).min(rows[1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = best;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["escape", "path", "base-image", "backslash-eaten-in-path", "utf16-dockerfile"];
        assert_eq!(nearest("ecsape", names), Some("escape"));
        assert_eq!(nearest("Base-Images", names), Some("base-image"));
        assert_eq!(nearest("backslash-eaten", names), Some("backslash-eaten-in-path"));
        assert_eq!(nearest("utf-16-dockerfile", names), Some("utf16-dockerfile"));
        assert_eq!(nearest("nonsense", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn counts_edits() {
        for (a, b, edits) in [("", "abc", 3), ("abc", "", 3), ("abc", "acb", 1), ("kitten", "sitting", 3)] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }
}
