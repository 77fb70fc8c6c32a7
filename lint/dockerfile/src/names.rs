//! Names that are looked up whatever their case, with what each of them stands for.

/// Names in lower case and what they stand for. Those of one length are kept together, so that a name is compared with
/// few of them and need not be copied into lower case.
pub(crate) struct Names<T> {
    by_length: Vec<Vec<(&'static str, T)>>,
}

impl<T: Copy> Names<T> {
    /// The names in the order in which those that are equal are found.
    pub(crate) fn new(names: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut by_length: Vec<Vec<(&'static str, T)>> = Vec::new();
        for (name, meaning) in names {
            if by_length.len() <= name.len() {
                by_length.resize_with(name.len() + 1, Vec::new);
            }
            by_length[name.len()].push((name, meaning));
        }
        Names { by_length }
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<T> {
        let known = self.by_length.get(name.len())?;
        known.iter().find(|(known, _)| is_same(known, name)).map(|&(_, meaning)| meaning)
    }

    /// All that a name stands for, in order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = T> {
        let known = self.by_length.get(name.len()).into_iter().flatten();
        known.filter(move |(known, _)| is_same(known, name)).map(|&(_, meaning)| meaning)
    }
}

/// Whether two names are one whatever their case; the first letter tells most of them apart.
fn is_same(known: &str, name: &str) -> bool {
    let first = |text: &str| text.as_bytes().first().map(u8::to_ascii_lowercase);
    first(known) == first(name) && known.eq_ignore_ascii_case(name)
}

impl Names<()> {
    /// Names alone.
    pub(crate) fn of(names: &[&'static str]) -> Self {
        Names::new(names.iter().map(|&name| (name, ())))
    }

    /// Whether a name is one of them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_case() {
        let names = Names::new([("curl", 1), ("wget", 2), ("iwr", 3), ("curl", 4)]);
        let found = ["curl", "WGet", "IWR", "cur", "curls", ""].map(|name| names.get(name));
        assert_eq!(found, [Some(1), Some(2), Some(3), None, None, None]);
        assert!(Names::of(&["a"]).has("A") && !Names::of(&[]).has(""));
    }
}
