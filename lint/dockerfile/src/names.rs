//! Names that are looked up whatever their case, with what each of them stands for.

/// Names and what they stand for. Those that are alike in length, first and last letter are kept together, so that a
/// name is compared with few of them and need not be copied into lower case.
pub(crate) struct Names<T> {
    alike: Vec<Vec<(&'static str, T)>>,
}

/// How many places there are for names that are alike; a power of two.
const PLACES: usize = 64;

impl<T: Copy> Names<T> {
    /// The names in the order in which those that are equal are found.
    pub(crate) fn new(names: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut alike = vec![Vec::new(); PLACES];
        for (name, meaning) in names {
            alike[place(name)].push((name, meaning));
        }
        Names { alike }
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<T> {
        let mut alike = self.alike[place(name)].iter();
        alike.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, meaning)| meaning)
    }

    /// All that a name stands for, in order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = T> {
        let alike = self.alike[place(name)].iter();
        alike.filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, meaning)| meaning)
    }
}

/// Where a name is kept: one place for all that differ in nothing but case.
fn place(name: &str) -> usize {
    let letter = |byte: Option<&u8>| usize::from(byte.map_or(0, u8::to_ascii_lowercase));
    let (first, last) = (letter(name.as_bytes().first()), letter(name.as_bytes().last()));
    (name.len() * 11 + first * 5 + last) % PLACES
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
