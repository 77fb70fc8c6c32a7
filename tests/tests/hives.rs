//! Registry hives: what the builder reads from those of one layer and of several.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use tests::hive::{Key, Semantics};
use wbuild::layer::hive::{Hive, HiveError, Value, merged};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned(), true)
}

/// What the hives show together of a key, the highest first.
fn seen(hives: &[Vec<u8>], path: &[&str]) -> Option<Vec<(String, Value)>> {
    let hives: Vec<Hive<'_>> = hives.iter().map(|bytes| Hive::parse(bytes).unwrap()).collect();
    merged(&hives, path).unwrap()
}

fn named(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

#[test]
fn values_are_found_by_the_path_of_their_key_in_any_case() {
    let many =
        (0..300).fold(Key::new("Many"), |key, number| key.with(Key::new(&format!("k{number}")).number("n", number)));
    let root = Key::root(r"A\B c\Leaf", Key::default().text("Path", "%SystemRoot%;ä").plain("x", "").number("n", 7));
    let hives = [root.with(many).hive()];
    let found = seen(&hives, &["a", "b C", "LEAF"]).unwrap();
    assert_eq!(
        found,
        [
            named("Path", text("%SystemRoot%;ä")),
            named("x", Value::Text(String::new(), false)),
            named("n", Value::Number(7))
        ]
    );
    assert_eq!(seen(&hives, &["many", "K299"]), Some(vec![named("n", Value::Number(299))]));
    assert_eq!(seen(&hives, &["A", "B c"]), Some(Vec::new()));
    assert_eq!(seen(&hives, &["A", "none", "Leaf"]), None);
}

#[test]
fn a_layer_adds_changes_and_takes_away() {
    let base = Key::root(r"A\B", Key::default().text("one", "1").text("two", "2").text("three", "3")).hive();
    let layer = |key: Key| Key::root(r"A\B", key).hive();
    let names = |hives: &[Vec<u8>]| {
        let values = seen(hives, &["A", "B"])?.into_iter();
        Some(
            values
                .map(|(name, value)| match value {
                    Value::Text(text, _) => format!("{name}={text}"),
                    _ => name,
                })
                .collect::<Vec<_>>(),
        )
    };
    let changed = layer(Key::default().text("TWO", "4").without("Three"));
    assert_eq!(names(&[changed.clone(), base.clone()]).unwrap(), ["TWO=4", "one=1"]);
    let empty = Key::new("ROOT").hive();
    assert_eq!(names(&[empty.clone(), changed, base.clone()]).unwrap(), ["TWO=4", "one=1"]);
    for (semantics, expected) in [
        (Semantics::Merge, Some(vec!["own=5", "one=1", "two=2", "three=3"])),
        (Semantics::Tombstone, None),
        (Semantics::SupersedeLocal, Some(vec!["own=5"])),
        (Semantics::SupersedeTree, Some(vec!["own=5"])),
    ] {
        let own = layer(Key::default().text("own", "5").as_layer(semantics));
        let found = names(&[empty.clone(), own, base.clone()]);
        assert_eq!(found, expected.map(|names| names.into_iter().map(str::to_owned).collect()), "{semantics:?}");
    }
    // What covers a key covers those below it only as a tree.
    for (semantics, is_seen) in
        [(Semantics::SupersedeLocal, true), (Semantics::SupersedeTree, false), (Semantics::Tombstone, false)]
    {
        let above = Key::root("A", Key::default().as_layer(semantics)).hive();
        assert_eq!(names(&[above, base.clone()]).is_some(), is_seen, "{semantics:?}");
    }
}

#[test]
fn what_is_no_whole_hive_is_refused() {
    let whole = Key::root(r"A\B", Key::default().text("Path", "a long enough value").number("n", 1)).hive();
    let failure = |bytes: &[u8]| Hive::parse(bytes).err();
    assert_eq!(failure(&whole[..4000]), Some(HiveError::Other));
    assert_eq!(failure(&[b"RGF!", &whole[4..]].concat()), Some(HiveError::Other));
    let mut unfinished = whole.clone();
    // Both the number and the sum change by the same bit.
    unfinished[4] ^= 4;
    unfinished[508] ^= 4;
    assert_eq!(failure(&unfinished), Some(HiveError::Unfinished));
    let mut damaged = whole.clone();
    damaged[100] ^= 1;
    assert!(matches!(failure(&damaged), Some(HiveError::Damaged { offset: 508, .. })));
    let cut = &whole[..4096 + 64];
    assert!(matches!(merged(&[Hive::parse(cut).unwrap()], &["A", "B"]), Err(HiveError::Damaged { .. })));
}

#[test]
fn a_damaged_hive_ends_in_an_error_and_not_in_a_panic() {
    let whole = Key::root(r"A\B", Key::default().text("Path", "a long enough value").number("n", 1)).hive();
    let mut errors = 0;
    for at in 4096..whole.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            errors += usize::from(merged(&[Hive::parse(&bytes).unwrap()], &["A", "B"]).is_err());
        }
    }
    assert!(errors > 100, "{errors}");
}
