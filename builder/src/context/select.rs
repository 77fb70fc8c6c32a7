//! What a source of `COPY` means: paths, patterns, `--exclude` and `--parents`, as BuildKit reads them.

use std::sync::Arc;

use dockerfile::ignorefile::IgnoreFile;
use dockerfile::windows_path;
use rayon::prelude::*;

use crate::image::{Digest, Digester};

use super::pattern::{is_pattern, matches};
use super::{ContextError, Files, Node, NodeKind, resolve};

/// A source, and what is taken of it.
#[derive(Clone, Copy, Debug)]
pub struct Pick<'a> {
    /// The path or pattern, as the file has it once its variables are put in.
    pub source: &'a str,
    /// Patterns of what is left out.
    pub exclude: &'a [String],
    /// Whether the folders of the source are kept.
    pub parents: bool,
}

/// One thing that a source means.
#[derive(Clone, Debug)]
pub struct Selected {
    /// What is copied. Links in the source are followed, so this is none, unless it leads nowhere.
    pub root: Node,
    /// The name it has in a folder that it goes into: as the source spells it.
    pub name: String,
    /// Of a folder, what is taken of what is in it: a folder before what is in it.
    pub below: Arc<Vec<Node>>,
}

impl Selected {
    /// A node's path from the root of what is selected.
    pub fn relative<'a>(&self, node: &'a Node) -> &'a str {
        match &*self.root.path {
            "" => &node.path,
            root => node.path[root.len()..].trim_start_matches('/'),
        }
    }
}

/// What a source means among these files: nothing for a pattern that nothing matches.
///
/// # Errors
/// When a path is not there, a pattern is malformed, a link leads out, or something cannot be read.
pub fn select(files: &(impl Files + ?Sized), pick: Pick) -> Result<Vec<Selected>, ContextError> {
    let source = relative(pick.source, files.folds())?;
    if pick.parents {
        return with_parents(files, pick, &source).map(|selected| vec![selected]);
    }
    let exclude = IgnoreFile::parse(&pick.exclude.join("\n"));
    let found = expand(files, &source)?.into_iter().map(|path| {
        let root = resolve(files, &path)?.ok_or_else(|| missing(files, pick.source, &path))?;
        Ok(Selected { name: path.rsplit('/').next().unwrap_or_default().to_owned(), below: Arc::default(), root })
    });
    let mut selected = Vec::new();
    for one in found {
        let mut one: Selected = one?;
        if one.root.is_dir() {
            let below = files.below(&one.root.path)?;
            one.below = match pick.exclude {
                [] => below,
                _ => Arc::new(below.iter().filter(|node| !exclude.matches(one.relative(node))).cloned().collect()),
            };
        } else if exclude.matches(&one.name) {
            continue;
        }
        selected.push(one);
    }
    Ok(selected)
}

/// The source as a clean path from the root. A Windows image's may have backslashes and a drive.
fn relative(source: &str, windows: bool) -> Result<String, ContextError> {
    let failed =
        |error: windows_path::PathError| ContextError::Path { path: source.to_owned(), why: error.to_string() };
    let path = if windows { windows_path::check_system_drive(source).map_err(failed)? } else { source.to_owned() };
    // As from a root, so that `..` at the front leads nowhere: the builder never leaves the context.
    let clean = windows_path::clean(&format!("/{path}"));
    Ok(clean.trim_start_matches('/').to_owned())
}

/// The paths that a source stands for, in order.
fn expand(files: &(impl Files + ?Sized), source: &str) -> Result<Vec<String>, ContextError> {
    let parts: Vec<&str> = source.split('/').collect();
    let Some(first) = parts.iter().position(|part| is_pattern(part)) else { return Ok(vec![source.to_owned()]) };
    let Some(start) = resolve(files, &parts[..first].join("/"))? else { return Ok(Vec::new()) };
    let mut found = vec![start];
    for part in &parts[first..] {
        let mut next = Vec::new();
        for folder in found.iter().filter(|node| node.is_dir()) {
            for child in files.children(&folder.path)? {
                let malformed = || ContextError::Pattern { pattern: source.to_owned() };
                if matches(part, child.name(), files.folds()).ok_or_else(malformed)? {
                    next.push(child);
                }
            }
        }
        found = next;
    }
    Ok(found.into_iter().map(|node| node.path.to_string()).collect())
}

/// `--parents`: what the pattern behind `/./` matches below what stands before it, with the folders between.
fn with_parents(files: &(impl Files + ?Sized), pick: Pick, source: &str) -> Result<Selected, ContextError> {
    let spelt = if files.folds() { pick.source.replace('\\', "/") } else { pick.source.to_owned() };
    let (pivot, pattern) = match spelt.split_once("/./") {
        Some((pivot, pattern)) => (relative(pivot, files.folds())?, relative(pattern, files.folds())?),
        None => (String::new(), source.to_owned()),
    };
    let root = resolve(files, &pivot)?.ok_or_else(|| missing(files, pick.source, &pivot))?;
    let fold = |text: &str| if files.folds() { text.to_lowercase() } else { text.to_owned() };
    let include = IgnoreFile::parse(&fold(&pattern));
    let exclude = IgnoreFile::parse(&pick.exclude.join("\n"));
    let mut selected = Selected { name: String::new(), below: files.below(&root.path)?, root };
    let mut taken: Vec<bool> = (selected.below.iter().map(|node| selected.relative(node)))
        .map(|path| (pattern.is_empty() || include.matches(&fold(path))) && !exclude.matches(path))
        .collect();
    if !taken.contains(&true) && !pattern.split('/').any(is_pattern) {
        return Err(missing(files, pick.source, source));
    }
    // A folder is there for what is taken in it; it stands before that, so the list is read from its end.
    let mut needed: Option<&str> = None;
    for (node, taken) in selected.below.iter().zip(&mut taken).rev() {
        let holds = node.is_dir() && needed.is_some_and(|path| is_below(path, &node.path));
        *taken |= holds;
        if *taken {
            needed = Some(&node.path);
        }
    }
    let taken = selected.below.iter().zip(taken).filter(|(_, taken)| *taken).map(|(node, _)| node.clone());
    selected.below = Arc::new(taken.collect());
    Ok(selected)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn missing(files: &(impl Files + ?Sized), source: &str, path: &str) -> ContextError {
    ContextError::Missing { source_path: source.to_owned(), left_out_by: files.left_out_by(path) }
}

/// So many files are digested before what was found is put together.
const TOGETHER: usize = 4096;

/// The digest over names and content of what was selected. Modes count where the image has them; times do not.
///
/// # Errors
/// When a file cannot be read, or changes meanwhile.
pub fn tree_digest(
    files: &(impl Files + ?Sized),
    selected: &[Selected],
    with_modes: bool,
) -> Result<Digest, ContextError> {
    let mut whole = Digester::default();
    for one in selected {
        let line = |node: &Node| {
            let content = match &node.kind {
                NodeKind::Directory => "folder".to_owned(),
                NodeKind::File { .. } => files.digest(node)?.to_string(),
                NodeKind::Link { target, is_dir } => format!("link {is_dir:?} {target:?}"),
                NodeKind::Other => "other".to_owned(),
            };
            let mode = if with_modes { node.mode } else { 0 };
            Ok(format!("{:?} {mode:o} {content}\n", one.relative(node)))
        };
        whole.update(format!("{:?} {}\n", one.name, 1 + one.below.len()).as_bytes());
        whole.update(line(&one.root)?.as_bytes());
        for nodes in one.below.chunks(TOGETHER) {
            let lines: Vec<String> = nodes.par_iter().map(line).collect::<Result<_, ContextError>>()?;
            lines.iter().for_each(|line| whole.update(line.as_bytes()));
        }
    }
    Ok(whole.finish())
}
