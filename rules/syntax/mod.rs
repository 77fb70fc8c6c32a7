//! Rules about files that the builder cannot read to the end.

mod invalid_wbuild_comment;
mod merge_conflict;
mod syntax_error;
mod template_placeholder;

use crate::Rule;

pub(crate) use template_placeholder::placeholders;

pub(crate) static RULES: &[&Rule] =
    &[&invalid_wbuild_comment::RULE, &merge_conflict::RULE, &syntax_error::RULE, &template_placeholder::RULE];
