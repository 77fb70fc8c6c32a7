//! The keys of `wlint.toml`: one table for the reader, its errors, the schema, `wlint init` and the documents.

/// A key.
pub struct Key {
    /// The table that it stands in; empty at the top.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it does.
    pub about: &'static str,
    /// A value, as it is written, or the lines of a table.
    pub example: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A path, or several.
    Paths,
    /// Rules and groups.
    Rules,
    /// What fails.
    FailOn,
    /// A builder.
    Builder,
    /// A day.
    Date,
    /// A table from rules and groups to severities.
    Severities,
    /// A table from patterns of paths to rules and groups.
    FileRules,
    /// Texts.
    Texts,
    /// True or false.
    Flag,
    /// A table from labels to kinds of values.
    Labels,
    /// Hosts.
    Hosts,
}

impl Kind {
    /// Whether it is a table.
    pub const fn is_table(self) -> bool {
        matches!(self, Kind::Severities | Kind::FileRules | Kind::Labels)
    }

    /// What a value must be, for errors.
    pub const fn wants(self) -> &'static str {
        match self {
            Kind::Paths => "a path, or a list of paths",
            Kind::Rules => "a list of rules and groups, such as [\"base-eol\", \"layer\"]",
            Kind::FailOn => "\"error\", \"warning\", \"info\", \"style\" or \"never\"",
            Kind::Builder => "\"classic\", \"buildkit\" or \"any\"",
            Kind::Date => "a day, such as \"2026-11-01\"",
            Kind::Severities => "a table from rules and groups to severities",
            Kind::FileRules => "a table from patterns of paths to lists of rules and groups",
            Kind::Texts => "a list of texts",
            Kind::Flag => "true or false",
            Kind::Labels => "a table from labels to what their values must be",
            Kind::Hosts => "a list of hosts, such as [{ name = \"ltsc2022\", isolation = \"process\" }]",
        }
    }
}

/// The table for what the rules are told.
pub const OPTIONS: &str = "options";

const fn key(name: &'static str, kind: Kind, about: &'static str, example: &'static str) -> Key {
    Key { table: "", name, kind, about, example }
}

const fn option(name: &'static str, kind: Kind, about: &'static str, example: &'static str) -> Key {
    Key { table: OPTIONS, name, kind, about, example }
}

/// All keys, in the order in which they are written.
pub static KEYS: &[Key] = &[
    key(
        "extends",
        Kind::Paths,
        "Configurations that this one adds to; a path counts from this file.",
        "\"../wlint.toml\"",
    ),
    key("select", Kind::Rules, "Only these rules and groups.", "[\"escape\", \"installer\"]"),
    key("ignore", Kind::Rules, "Not these rules and groups.", "[\"final-user-administrator\"]"),
    key("fail-on", Kind::FailOn, "The mildest severity that gives exit code 1.", "\"warning\""),
    key("builder", Kind::Builder, "The builder that the files are written for.", "\"any\""),
    key(
        "as-of",
        Kind::Date,
        "The day to take for today where support of an image or a suppression ends.",
        "\"2026-11-01\"",
    ),
    key(
        "severity",
        Kind::Severities,
        "Other severities for rules and groups: error, warning, info, style or off. A rule counts more than its group.",
        "base-eol = \"error\"\nlayer = \"off\"",
    ),
    key(
        "per-file-ignores",
        Kind::FileRules,
        "Rules and groups that are ignored in some files. A pattern without / fits the name of a file in any folder, \
         another one the path from the folder of this configuration; ** stands for any folders. A backslash is as good as \
         a slash, and letter case does not count.",
        "\"legacy/**\" = [\"base-eol\", \"layer\"]\n\"Dockerfile.test\" = [\"secret\"]",
    ),
    option(
        "trusted-registries",
        Kind::Texts,
        "The registries that images may come from; * stands for any text (untrusted-registry).",
        "[\"mcr.microsoft.com\", \"*.azurecr.io\"]",
    ),
    option(
        "allowed-base-images",
        Kind::Texts,
        "The images that stages may stand on, with or without a tag; * stands for any text (base-not-allowed).",
        "[\"mcr.microsoft.com/windows/*:ltsc2022\"]",
    ),
    option(
        "only-required-labels",
        Kind::Flag,
        "Whether an image may have no labels but the required ones (label-not-allowed).",
        "true",
    ),
    option(
        "secret-names",
        Kind::Texts,
        "Names of variables and options whose values are secrets, besides those that wlint knows; * stands for any \
         text (configured-secret). No report shows such a value.",
        "[\"CONTOSO_*\"]",
    ),
    option(
        "secret-values",
        Kind::Texts,
        "What secrets themselves look like; * stands for any text without blanks (configured-secret). No report shows \
         them.",
        "[\"ctso_*\"]",
    ),
    option(
        "hosts",
        Kind::Hosts,
        "The hosts on which every stage must build and run (base-host-mismatch). A name is a tag, a product, a build \
         number or a runner image; isolation is process or hyperv, by default what the host does by itself.",
        "[{ name = \"ltsc2022\", isolation = \"process\" }]",
    ),
    option(
        "require-reason",
        Kind::Flag,
        "Whether a comment that ignores findings must say why (suppression-without-reason).",
        "true",
    ),
    option(
        "required-labels",
        Kind::Labels,
        "The labels that each image must have, and what their values must be: text, url, semver, rfc3339, hash, spdx \
         or email (label-missing, label-value-invalid).",
        "\"org.opencontainers.image.source\" = \"url\"\n\"org.opencontainers.image.version\" = \"semver\"",
    ),
];

/// The key of a name in a table, if there is one.
pub fn find(table: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.table == table && key.name == name)
}

/// The names that may stand in a table.
pub fn names(table: &str) -> impl Iterator<Item = &'static str> + '_ {
    let own = KEYS.iter().filter(move |key| key.table == table).map(|key| key.name);
    own.chain(table.is_empty().then_some(OPTIONS))
}
