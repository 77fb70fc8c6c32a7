//! A Dockerfile, read: what the builder sees, what the author meant, and what it means.

use crate::ast;
use crate::model::Model;
use crate::source::Source;
use crate::syntax::reading::{self, Reason};
use crate::syntax::{self, Options, Problem, Tree};

/// Which builder reads the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Builder {
    /// The classic builder, still the default for Windows containers.
    Classic,
    /// BuildKit.
    BuildKit,
    /// Either: findings that hold for one of them count.
    #[default]
    Any,
}

/// A tree with its typed instructions.
#[derive(Debug)]
pub struct Reading {
    /// The tree.
    pub tree: Tree,
    /// Its instructions, one for each of the tree's.
    pub instructions: Vec<ast::Instruction>,
    /// What the builder's parser refuses or warns of, in order of place.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// Reads the instructions of a tree.
    pub fn new(tree: Tree) -> Self {
        let (instructions, more) = ast::build(&tree);
        let mut problems = tree.problems.clone();
        problems.extend(more);
        problems.sort_by_key(|problem| problem.span);
        Reading { tree, instructions, problems }
    }
}

/// One Dockerfile with everything that is known about it.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub source: Source,
    /// The builder it is read for.
    pub builder: Builder,
    /// The file as the builder reads it.
    pub built: Reading,
    /// The file as its author meant it, where that is something else, and why.
    pub meant: Option<(Reading, Reason)>,
    /// What the author's reading means.
    pub model: Model,
}

impl Document {
    /// Reads a Dockerfile. Never fails: what is wrong with it is in the trees.
    pub fn new(source: Source, builder: Builder) -> Self {
        let options = Options::default();
        let tree = syntax::parse(&source, &options);
        let meant = reading::meant(&source, &tree, &options).map(|(tree, reason)| (Reading::new(tree), reason));
        let built = Reading::new(tree);
        let model = Model::new(meant.as_ref().map_or(&built, |(reading, _)| reading), &source);
        Document { source, builder, built, meant, model }
    }

    /// The reading that rules run on: the author's.
    pub fn reading(&self) -> &Reading {
        self.meant.as_ref().map_or(&self.built, |(reading, _)| reading)
    }
}
