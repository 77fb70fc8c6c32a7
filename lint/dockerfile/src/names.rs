//! Names that are looked up whatever their case, with what each of them stands for.

/// Names and what they stand for. Those that are alike in length, first, middle and last letter are kept together, so
/// that a name is compared with few of them and need not be copied into lower case.
pub(crate) struct Names<T> {
    /// The names by their places.
    all: Vec<(&'static str, T)>,
    /// Where the names of each place begin, and at the end how many there are. There is a power of two of places.
    starts: Vec<u16>,
}

impl<T: Copy> Names<T> {
    /// The names in the order in which those that are equal are found.
    pub(crate) fn new(names: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut all: Vec<(&'static str, T)> = names.into_iter().collect();
        let places = (2 * all.len()).next_power_of_two();
        all.sort_by_cached_key(|(name, _)| place(name, places));
        let mut starts = vec![0; places + 1];
        all.iter().for_each(|(name, _)| starts[place(name, places) + 1] += 1);
        (0..places).for_each(|place| starts[place + 1] += starts[place]);
        Names { all, starts }
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<T> {
        self.all(name).next()
    }

    /// All that a name stands for, in order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = T> {
        let place = place(name, self.starts.len() - 1);
        let alike = &self.all[usize::from(self.starts[place])..usize::from(self.starts[place + 1])];
        alike.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, meaning)| meaning)
    }
}

/// Where a name is kept: one place for all that differ in nothing but case.
fn place(name: &str, places: usize) -> usize {
    let name = name.as_bytes();
    let (Some(&first), Some(&last)) = (name.first(), name.last()) else { return 0 };
    let letter = |byte: u8| usize::from(byte | 0x20);
    (name.len() * 11 + letter(first) * 5 + letter(name[name.len() / 2]) * 3 + letter(last)) & (places - 1)
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
