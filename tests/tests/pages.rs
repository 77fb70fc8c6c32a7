//! Every page is the specification of its rule: its blocks run, and so do the cases in `testdata/rules`.
//!
//! Each `dockerfile` block of `rules/<group>/<rule>.md` runs with its own rule alone. A block with marks (see
//! [`tests::mark`]) gives exactly those findings; one without gives none. A `dockerfile fixed` block directly below
//! is the file after all fixes, byte for byte. Further words say how the file is stored (`crlf`, `bom`, `utf16le`)
//! or for which builder it is (`classic`, `buildkit`). A `toml` block is the configuration under which all blocks of
//! the page and all cases of the rule run. Blocks under "Good" also run with all rules and give no error.
//!
//! A case `testdata/rules/<rule>/<name>.dockerfile` is one block, `<name>.fixed` the file after its fixes;
//! `<name>.dockerfile.dockerignore` what keeps files out of its build context (on a page, a `dockerignore` block above
//! the block). `<name>.classic.dockerfile` and `<name>.buildkit.dockerfile` are for one builder.
//!
//! `PAGE=rule-id` runs one rule; `UPDATE=1` (`cargo bless`) writes marks and fixed files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dockerfile::document::Builder;
use rules::{Fixable, Policy, RULES, Rule};
use tests::example::{self, Outcome, Setup};
use tests::golden::{folder, stem};
use tests::page::{self, Block, Piece};
use tests::{diff, is_updating, is_wanted, root};

#[test]
fn every_rule_does_what_its_page_says() {
    let (mut count, mut failures) = (0, String::new());
    for rule in RULES.iter().filter(|rule| is_wanted(rule.id)) {
        let mut safeties = BTreeSet::new();
        let policy = policy(rule);
        let mut faults = policy.as_ref().err().cloned().unwrap_or_default();
        let policy = policy.unwrap_or_default();
        faults.extend(check_page(rule, &policy, &mut safeties));
        faults.extend(check_cases(rule, &policy, &mut safeties));
        faults.extend(fixable(rule, &safeties));
        for fault in faults {
            failures += &format!("\n{}: {fault}\n", rule.id);
        }
        count += 1;
    }
    assert!(count > 0, "PAGE names no rule that is registered");
    assert!(failures.is_empty(), "{failures}\n`cargo bless RULE` writes marks and fixed blocks");
}

/// What the page's `toml` blocks ask for.
fn policy(rule: &Rule) -> Result<Policy, Vec<String>> {
    let blocks = rule.page.split("\n```toml\n").skip(1).filter_map(|rest| rest.split("\n```\n").next());
    let text = blocks.collect::<Vec<_>>().join("\n");
    if text.is_empty() { Ok(Policy::default()) } else { wlint::policy(&text) }
}

/// Runs the blocks of a page; when updating, writes them.
fn check_page(rule: &'static Rule, policy: &Policy, safeties: &mut BTreeSet<&'static str>) -> Vec<String> {
    let path = root().join("rules").join(folder(rule.group)).join(stem(rule.id)).with_extension("md");
    // The page is read and not taken from the rule, so that a changed page needs no build.
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return vec![format!("{}: {error}", path.display())],
    };
    let mut faults = page::faults(rule.id, &text);
    let pieces = match page::parse(&text) {
        Ok(pieces) => pieces,
        Err(fault) => return vec![fault],
    };
    let mut new = Vec::new();
    let mut sections = BTreeSet::new();
    let mut pieces = pieces.into_iter().peekable();
    let mut ignore = None;
    while let Some(piece) = pieces.next() {
        if let Piece::Ignore(text) = &piece {
            ignore = Some(text.clone());
        }
        let Piece::Block(block) = piece else {
            new.push(piece);
            continue;
        };
        if block.has("fixed") {
            faults.push(format!("line {}: a fixed block stands directly below the block it mends", block.line));
            new.push(Piece::Block(block));
            continue;
        }
        sections.insert(block.section.clone());
        let old = pieces.next_if(|piece| matches!(piece, Piece::Block(next) if next.has("fixed")));
        let old = old.and_then(|piece| if let Piece::Block(block) = piece { Some(block) } else { None });
        let setup = Setup::new(block.builder(), policy, ignore.take().as_deref());
        let outcome = example::run(rule, block.bytes(), &setup);
        safeties.extend(&outcome.safeties);
        let found = check_block(&block, old.as_ref(), &outcome, &setup);
        faults.extend(found.iter().map(|fault| format!("line {}: {fault}", block.line)));
        if block.section == "Good" {
            // What is found in a good block is a mistake of the rule or of the page, and nothing to write down.
            new.push(Piece::Block(block));
            new.extend(old.map(Piece::Block));
            continue;
        }
        let fixed = outcome.fixed.as_ref().map(|bytes| Piece::Block(block.fixed(bytes)));
        new.push(Piece::Block(Block { text: page::shown(&outcome.marked), ..block }));
        new.extend(fixed);
    }
    for name in ["Bad", "Good"].iter().filter(|&&name| !sections.contains(name)) {
        faults.push(format!("there is no dockerfile block under `## {name}`"));
    }
    let new = page::join(&new);
    if is_updating() && new != text {
        std::fs::write(&path, new).expect("the page can be written");
    }
    faults
}

/// What is wrong with a block and the fixed block below it; what an update writes is not when updating.
fn check_block(block: &Block, old: Option<&Block>, outcome: &Outcome, setup: &Setup) -> Vec<String> {
    let mut faults = outcome.faults.clone();
    faults.extend(section(block, outcome, setup));
    if is_updating() {
        return faults;
    }
    let shown = page::shown(&outcome.marked);
    if shown != block.text {
        faults.push(format!("the rule finds something else\n{}", diff(&block.text, &shown)));
    }
    match &outcome.fixed {
        Some(bytes) => faults.extend(fixed_block(old, &block.fixed(bytes))),
        None if old.is_some() => faults.push("there is a fixed block, but the rule offers no fix".into()),
        None => {}
    }
    faults
}

/// What a block must be for the heading it stands under, whatever its marks.
fn section(block: &Block, outcome: &Outcome, setup: &Setup) -> Vec<String> {
    match (block.section.as_str(), outcome.is_bad) {
        ("Bad", false) => vec!["the rule finds nothing in this bad block".into()],
        ("Good", true) => {
            vec![format!("the rule finds a mistake in this good block\n{}", page::shown(&outcome.marked))]
        }
        ("Good", false) => {
            let errors = example::errors(&outcome.source, setup);
            errors.iter().map(|error| format!("another rule finds an error in this good block, line {error}")).collect()
        }
        _ => Vec::new(),
    }
}

fn fixed_block(old: Option<&Block>, fixed: &Block) -> Option<String> {
    let Some(old) = old else {
        return Some(format!("the fixed block is missing; it is\n{}", fixed.text));
    };
    if old.text != fixed.text {
        return Some(format!("the fixes give something else\n{}", diff(&old.text, &fixed.text)));
    }
    (old.bytes() != fixed.bytes()).then(|| format!("the words of the fixed block should be {:?}", fixed.words))
}

/// Runs the cases of a rule; when updating, writes them.
fn check_cases(rule: &'static Rule, policy: &Policy, safeties: &mut BTreeSet<&'static str>) -> Vec<String> {
    let folder = root().join("testdata/rules").join(rule.id);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut faults = Vec::new();
    for path in paths {
        if path.extension().is_some_and(|extension| extension == "fixed") {
            if !path.with_extension("dockerfile").exists() {
                faults.push(format!("{}: there is no such case", path.display()));
            }
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "dockerignore") {
            if !path.with_extension("").exists() {
                faults.push(format!("{}: there is no such case", path.display()));
            }
            continue;
        }
        let ignore = std::fs::read_to_string(path.with_extension("dockerfile.dockerignore")).ok();
        let marked = std::fs::read(&path).expect("a file of the repository can be read");
        let outcome = example::run(rule, marked.clone(), &Setup::new(builder(&name), policy, ignore.as_deref()));
        safeties.extend(&outcome.safeties);
        faults.extend(outcome.faults.iter().map(|fault| format!("{name}: {fault}")));
        faults.extend(same(&path, Some(&marked), Some(&outcome.marked)));
        let fixed = path.with_extension("fixed");
        let old = std::fs::read(&fixed).ok();
        faults.extend(same(&fixed, old.as_deref(), outcome.fixed.as_deref()));
    }
    faults
}

fn builder(name: &str) -> Builder {
    match name.split('.').nth_back(1) {
        Some("classic") => Builder::Classic,
        Some("buildkit") => Builder::BuildKit,
        _ => Builder::Any,
    }
}

/// Compares a file with what it should be, or writes it.
fn same(path: &Path, old: Option<&[u8]>, new: Option<&[u8]>) -> Option<String> {
    if old == new {
        return None;
    }
    if is_updating() {
        match new {
            Some(new) => std::fs::write(path, new).expect("a case can be written"),
            None => std::fs::remove_file(path).expect("a case can be removed"),
        }
        return None;
    }
    let text = |bytes: Option<&[u8]>| page::shown(bytes.unwrap_or_default());
    Some(format!("{}: the rule gives something else\n{}", path.display(), diff(&text(old), &text(new))))
}

/// Whether the fixes are of the kind that the rule declares.
fn fixable(rule: &Rule, safeties: &BTreeSet<&'static str>) -> Option<String> {
    let holds = match rule.fix {
        Fixable::No => safeties.is_empty(),
        Fixable::Safe => safeties.contains("safe"),
        Fixable::Suggested => safeties.contains("suggested") && !safeties.contains("safe"),
    };
    (!holds).then(|| format!("the rule declares {:?}, but its examples have fixes {safeties:?}", rule.fix))
}
