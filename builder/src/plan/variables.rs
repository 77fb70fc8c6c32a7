//! The variables in force at a step. Thousands of steps share what they have in common: each holds only what was set last,
//! and where the rest stands.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Variables in order. A clone costs nothing, and sees nothing of what is set afterwards.
#[derive(Clone, Default)]
pub struct Variables {
    last: Option<Arc<Assignment>>,
    kind: Kind,
}

/// How variables follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    /// One that is set again keeps its place.
    #[default]
    Exact,
    /// As well, and names that differ by case only are one.
    Folded,
    /// One that is set again goes to the end.
    Latest,
}

struct Assignment {
    name: String,
    /// None takes it away.
    value: Option<String>,
    before: Option<Arc<Assignment>>,
}

impl Variables {
    /// The variables of an image's config, `NAME=value`.
    pub(super) fn of_image(env: &[String], windows: bool) -> Self {
        let mut variables = Variables { last: None, kind: if windows { Kind::Folded } else { Kind::Exact } };
        for entry in env {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            variables.set(name, Some(value));
        }
        variables
    }

    /// The arguments of a build: none yet.
    pub(super) const fn of_build() -> Self {
        Variables { last: None, kind: Kind::Latest }
    }

    /// Sets a variable, or takes it away.
    pub(super) fn set(&mut self, name: &str, value: Option<&str>) {
        let before = self.last.take();
        self.last = Some(Arc::new(Assignment { name: name.to_owned(), value: value.map(str::to_owned), before }));
    }

    /// Names and values.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        let mut next = self.last.as_ref();
        while let Some(assignment) = next {
            all.push(assignment);
            next = assignment.before.as_ref();
        }
        let mut found: Vec<Option<(&str, &str)>> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for assignment in all.into_iter().rev() {
            let name = assignment.name.as_str();
            let key = if self.kind == Kind::Folded { name.to_ascii_uppercase() } else { name.to_owned() };
            let pair = assignment.value.as_deref().map(|value| (name, value));
            match places.get(&key).copied().filter(|_| self.kind != Kind::Latest) {
                Some(place) => found[place] = pair,
                None => {
                    if let Some(old) = places.insert(key, found.len()) {
                        found[old] = None;
                    }
                    found.push(pair);
                }
            }
        }
        found.into_iter().flatten().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// As a list of one step after the other, since a file may set very many.
impl Drop for Assignment {
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(mut assignment) = next.and_then(Arc::into_inner) {
            next = assignment.before.take();
        }
    }
}

/// Variables that were set in this order, of which none is set twice.
impl From<Vec<(String, String)>> for Variables {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut variables = Variables::default();
        pairs.iter().for_each(|(name, value)| variables.set(name, Some(value)));
        variables
    }
}

impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        self.pairs() == other.pairs()
    }
}

impl Eq for Variables {}

impl fmt::Debug for Variables {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pairs().fmt(out)
    }
}

impl Serialize for Variables {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.pairs().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(variables: &Variables) -> String {
        variables.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_set_again_keeps_its_place_and_arguments_go_to_the_end() {
        let env = ["Path=a".to_owned(), "B=1".to_owned()];
        let mut windows = Variables::of_image(&env, true);
        let before = windows.clone();
        windows.set("PATH", Some("b"));
        windows.set("C", Some(""));
        assert_eq!((shown(&before).as_str(), shown(&windows).as_str()), ("Path=a B=1", "PATH=b B=1 C="));
        let mut linux = Variables::of_image(&env, false);
        linux.set("PATH", Some("b"));
        assert_eq!(shown(&linux), "Path=a B=1 PATH=b");
        let mut arguments = Variables::of_build();
        for (name, value) in [("A", Some("1")), ("B", Some("2")), ("C", None), ("A", Some("3")), ("B", None)] {
            arguments.set(name, value);
        }
        assert_eq!(shown(&arguments), "A=3");
        arguments.set("B", Some("4"));
        assert_eq!(shown(&arguments), "A=3 B=4");
    }

    #[test]
    fn steps_share_what_they_have_in_common() {
        let mut variables = Variables::of_image(&[], true);
        let mut steps = Vec::new();
        for number in 0..200_000 {
            steps.push(variables.clone());
            variables.set(&format!("V{number}"), Some("1"));
        }
        // Each step has a list of its own, of which all but one assignment is another's.
        let (one, next) = (&steps[100_000], &steps[100_001]);
        let next = next.last.as_ref().unwrap();
        assert!(Arc::ptr_eq(one.last.as_ref().unwrap(), next.before.as_ref().unwrap()));
        assert_eq!(one.pairs().len(), 100_000);
        // Neither their number nor their depth is too much for whoever drops them.
        drop(steps);
        drop(variables);
    }
}
