//! The files that a build may read: the context folder, its ignore file, and other named contexts.
