//! The codes of what can be wrong with a layer or an image. A code, once given, keeps its meaning.

use serde::{Serialize, Serializer};

/// How bad a defect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It works, and is fragile or not what was meant.
    Warning,
    /// The image is refused, or is another than its layers say.
    Error,
}

/// A kind of defect.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `WL001`.
    pub id: &'static str,
    /// `colon-in-path`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What happens with such an image.
    pub explanation: &'static str,
}

/// A defect of a layer or an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// Of which kind.
    #[serde(serialize_with = "id")]
    pub code: &'static Code,
    /// The layer, counted from the base's lowest; `None` for the image's documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<usize>,
    /// The entry or the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What it is there.
    pub detail: String,
}

fn id<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.id)
}

macro_rules! codes {
    ($($constant:ident $id:literal $severity:ident $name:literal $explanation:literal;)*) => {
        $(
            #[doc = $explanation]
            pub static $constant: Code =
                Code { id: $id, name: $name, severity: Severity::$severity, explanation: $explanation };
        )*

        /// Every code, by its number.
        pub static CODES: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    COLON_IN_PATH "WL001" Error "colon-in-path" "the importer refuses a path with `:`: `path contains invalid character`";
    BACKSLASH_IN_PATH "WL002" Error "backslash-in-path" "Windows takes the `\\` of a Linux file name for a separator";
    ABSOLUTE_PATH "WL003" Error "absolute-path" "the importer refuses it: `expected relative path`";
    PARENT_REFERENCE "WL004" Error "parent-reference" "a path with `..` leaves the layer";
    NAME_NOT_UTF8 "WL005" Error "name-not-utf8" "the name has no equal on Windows";
    INVALID_CHARACTER "WL006" Error "invalid-character" "programs on Windows cannot open such a file";
    RESERVED_NAME "WL007" Error "reserved-name" "the name is that of a device: programs cannot open the file";
    TRAILING_DOT_OR_SPACE "WL008" Error "trailing-dot-or-space" "Windows drops it: programs cannot open the file";
    INTERNAL_NAME "WL009" Error "internal-name" "the importer keeps files of its own under such names";
    NAME_TOO_LONG "WL010" Error "name-too-long" "a name has at most 255 UTF-16 units";
    PATH_TOO_LONG "WL011" Error "path-too-long" "a path has at most 32,767 UTF-16 units";
    PATH_OVER_260 "WL012" Warning "path-over-260" "many programs cannot open files whose path is longer than 259 characters";
    CASE_COLLISION "WL013" Error "case-collision" "the names differ in letter case only: the second cannot be created";
    DUPLICATE_ENTRY "WL014" Error "duplicate-entry" "the second entry cannot be created";
    MISSING_PARENT "WL015" Error "missing-parent" "neither this layer nor one below has the folder: `cannot find the path specified` (0x3)";
    PARENT_AFTER_CHILD "WL016" Error "parent-after-child" "a folder must come before what is in it";
    CHILD_BELOW_LINK "WL017" Error "child-below-link" "the importer does not follow links: an entry below one is refused";
    UNSUPPORTED_TYPE "WL018" Error "unsupported-type" "devices, pipes and sockets are dropped without a word";
    MISPLACED_WHITEOUT "WL019" Error "misplaced-whiteout" "only files below Files/ can be removed: `invalid tombstone`";
    OPAQUE_WHITEOUT "WL020" Error "opaque-whiteout" "Windows does not see it: what it should remove stays";
    ALTERNATE_STREAM "WL021" Error "alternate-stream" "the importers of Windows disagree about alternate data streams: one of them refuses it";
    LINK_TARGET_IN_FILES "WL022" Error "link-target-in-files" "the target has the `Files/` of the layer, which is not there in a container: the link is broken";
    LINK_KIND "WL023" Error "link-kind" "Windows tells links to folders from links to files: one of the wrong kind cannot be used";
    HARDLINK_TARGET "WL024" Error "hardlink-target" "the target is neither before it in the layer nor below: `failed to find link target`";
    TIME_ABSENT "WL025" Warning "time-absent" "without atime and ctime the file's times are in the year 1754";
    CREATION_TIME "WL026" Error "creation-time" "the fraction is not padded to nine digits: the time of creation is another than meant";
    SECURITY_DESCRIPTOR "WL027" Error "security-descriptor" "the security descriptor is malformed: the import fails";
    ATTRIBUTES "WL028" Error "attributes" "the file attributes are malformed or contradict the type of the entry";
    NO_HIVES "WL029" Error "no-hives" "every layer of Windows has the folder Hives, which may be empty";
    NO_FILES "WL030" Error "no-files" "every layer of Windows has the folder Files";
    BASE_HIVES "WL031" Error "base-hives" "a base layer has the registry's files: without them no container starts";
    UNKNOWN_HIVE "WL032" Error "unknown-hive" "it is none of the five parts of the registry";
    UTILITY_VM "WL033" Error "utility-vm" "files of the virtual machine lie below UtilityVM/Files: `invalid UtilityVM layer`";
    UNKNOWN_ROOT "WL034" Error "unknown-root" "a layer of Windows has Files, Hives and UtilityVM and nothing beside them";
    BASE_WHITEOUT "WL035" Error "base-whiteout" "a base layer has nothing below it to remove";
    GNU_LONG_NAME "WL036" Warning "gnu-long-name" "GNU's records for long names are not of the format that layers have";
    GLOBAL_RECORDS "WL037" Error "global-records" "the importer takes records for all entries for a file";
    SPARSE_FILE "WL038" Error "sparse-file" "files with holes are not read alike by everyone";
    UNREADABLE "WL039" Error "unreadable" "the layer is cut off or damaged";
    NO_END "WL040" Warning "no-end" "the tar does not end with two empty blocks";
    BEHIND_END "WL041" Warning "behind-end" "readers stop at the empty blocks and do not see what comes behind them";
    BAD_RECORD "WL042" Error "bad-record" "a number or a time in the extended header does not parse";
    BASE_UTILITY_VM "WL043" Warning "base-utility-vm" "without the virtual machine's boot files the image does not run under Hyper-V isolation";
    FOLDER_SECURITY "WL044" Warning "folder-security" "the folder is one of a layer below: who may do what in it changes for every program";
    DIGEST_MISMATCH "WL101" Error "digest-mismatch" "the bytes are not those that the name promises";
    SIZE_MISMATCH "WL102" Error "size-mismatch" "registries and engines refuse a blob of another size";
    DIFF_ID_MISMATCH "WL103" Error "diff-id-mismatch" "the engine refuses a layer that unpacks to other bytes than the config says";
    MISSING_BLOB "WL104" Error "missing-blob" "the image cannot be pulled or loaded";
    LAYER_COUNT "WL105" Error "layer-count" "the manifest and the config disagree about the layers";
    HISTORY_COUNT "WL106" Warning "history-count" "the history does not match the layers: tools show the wrong steps";
    NO_OS_VERSION "WL107" Error "no-os-version" "without os.version a host cannot tell whether it can run the image";
    AMBIGUOUS_INDEX "WL108" Error "ambiguous-index" "hosts cannot tell the images apart, because their os.version is missing or the same";
    INDEX_PLATFORM "WL109" Error "index-platform" "the index promises another platform than the image has";
    FOREIGN_LAYER "WL110" Warning "foreign-layer" "the layer is not in the registry but is fetched from elsewhere; Microsoft ended that in 2023";
    MIXED_MEDIA_TYPES "WL111" Warning "mixed-media-types" "OCI's and Docker's media types are mixed; some tools refuse that";
    ENCODING "WL112" Error "encoding" "the layer is compressed in another way than its media type says";
    BAD_DOCUMENT "WL113" Error "bad-document" "the document does not parse";
    MANY_LAYERS "WL114" Warning "many-layers" "engines refuse more than 127 layers, some fewer";
}

/// Defects found, the first of each kind in each layer; the others are counted.
#[derive(Debug, Default)]
pub struct Defects {
    found: Vec<Defect>,
    counts: std::collections::BTreeMap<(Option<usize>, &'static str), usize>,
}

/// So many defects of one kind in one layer are named.
const NAMED: usize = 20;

impl Defects {
    /// Adds a defect.
    pub fn add(&mut self, code: &'static Code, layer: Option<usize>, entry: Option<&str>, detail: impl Into<String>) {
        let count = self.counts.entry((layer, code.id)).or_default();
        *count += 1;
        if *count <= NAMED {
            self.found.push(Defect { code, layer, entry: entry.map(str::to_owned), detail: detail.into() });
        }
    }

    /// Those that are named, in the order in which they were found.
    pub fn named(&self) -> &[Defect] {
        &self.found
    }

    /// How many of this severity there are, named or not.
    pub fn count(&self, severity: Severity) -> usize {
        let of = |id: &str| CODES.iter().any(|code| code.id == id && code.severity == severity);
        self.counts.iter().filter(|((_, id), _)| of(id)).map(|(_, count)| count).sum()
    }

    /// Kinds of which more were found in a layer than are named: the layer, the code, and how many more.
    pub fn more(&self) -> impl Iterator<Item = (Option<usize>, &'static str, usize)> {
        self.counts.iter().filter_map(|((layer, id), count)| {
            let more = count.checked_sub(NAMED).filter(|more| *more > 0)?;
            Some((*layer, *id, more))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_their_names_are_kebab_case() {
        assert!(CODES.windows(2).all(|pair| pair[0].id < pair[1].id));
        let is_name = |name: &str| name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        assert!(CODES.iter().all(|code| code.id.len() == 5 && is_name(code.name)));
    }

    #[test]
    fn the_first_of_a_kind_are_named_and_all_are_counted() {
        let mut defects = Defects::default();
        (0..50).for_each(|_| defects.add(&COLON_IN_PATH, Some(1), None, "x"));
        defects.add(&TIME_ABSENT, Some(1), None, "x");
        assert_eq!(defects.named().len(), NAMED + 1);
        assert_eq!((defects.count(Severity::Error), defects.count(Severity::Warning)), (50, 1));
        assert_eq!(defects.more().collect::<Vec<_>>(), [(Some(1), "WL001", 30)]);
    }
}
