//! What one or more configurations say; what they do not say is left open.

use std::path::PathBuf;

use dockerfile::diagnostic::Severity;
use dockerfile::facts::host::Host;
use globset::GlobMatcher;
use rules::{Date, LabelKind, Policy};

use super::selector::Selector;
use crate::args::{Builder, FailOn};

/// What is configured.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    pub select: Option<Vec<Selector>>,
    pub ignore: Vec<Selector>,
    pub fail_on: Option<FailOn>,
    pub builder: Option<Builder>,
    pub as_of: Option<Date>,
    /// In order; a later one counts more.
    pub severities: Vec<(Selector, Option<Severity>)>,
    pub files: Vec<FileRules>,
    pub options: Options,
}

/// Rules that are ignored in some files.
#[derive(Clone, Debug)]
pub struct FileRules {
    /// The folder that paths count from.
    pub folder: PathBuf,
    pub pattern: GlobMatcher,
    pub selectors: Vec<Selector>,
}

/// The options that are set.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub trusted_registries: Option<Vec<String>>,
    pub allowed_base_images: Option<Vec<String>>,
    pub required_labels: Option<Vec<(String, LabelKind)>>,
    pub only_required_labels: Option<bool>,
    pub secret_names: Option<Vec<String>>,
    pub secret_values: Option<Vec<String>>,
    pub hosts: Option<Vec<Host>>,
    pub require_reason: Option<bool>,
}

impl Layer {
    /// This one over another: single values and lists of options replace, rules and severities add up.
    pub fn over(self, base: Layer) -> Layer {
        let joined = |mut base: Vec<_>, own: Vec<_>| {
            base.extend(own);
            base
        };
        Layer {
            select: self.select.or(base.select),
            ignore: joined(base.ignore, self.ignore),
            fail_on: self.fail_on.or(base.fail_on),
            builder: self.builder.or(base.builder),
            as_of: self.as_of.or(base.as_of),
            severities: base.severities.into_iter().chain(self.severities).collect(),
            files: base.files.into_iter().chain(self.files).collect(),
            options: self.options.over(base.options),
        }
    }
}

impl Options {
    fn over(self, base: Options) -> Options {
        Options {
            trusted_registries: self.trusted_registries.or(base.trusted_registries),
            allowed_base_images: self.allowed_base_images.or(base.allowed_base_images),
            required_labels: self.required_labels.or(base.required_labels),
            only_required_labels: self.only_required_labels.or(base.only_required_labels),
            secret_names: self.secret_names.or(base.secret_names),
            secret_values: self.secret_values.or(base.secret_values),
            hosts: self.hosts.or(base.hosts),
            require_reason: self.require_reason.or(base.require_reason),
        }
    }

    /// What the rules are told.
    pub fn policy(&self) -> Policy {
        let texts = |texts: &Option<Vec<String>>| texts.clone().unwrap_or_default();
        Policy {
            trusted_registries: texts(&self.trusted_registries),
            allowed_base_images: texts(&self.allowed_base_images),
            required_labels: self.required_labels.clone().unwrap_or_default().into_iter().collect(),
            only_required_labels: self.only_required_labels.unwrap_or_default(),
            secret_names: texts(&self.secret_names),
            secret_values: texts(&self.secret_values),
            hosts: self.hosts.clone().unwrap_or_default(),
            require_reason: self.require_reason.unwrap_or_default(),
        }
    }
}
