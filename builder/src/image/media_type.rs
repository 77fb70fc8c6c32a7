//! Media types, of OCI's image specification and of Docker's registry.

/// An OCI manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// An OCI index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// An OCI image config.
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// An OCI layer, as it is.
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
/// An OCI layer, gzip.
pub const LAYER_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// An OCI layer, zstd.
pub const LAYER_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
/// A Docker manifest, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// A Docker manifest list.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// A Docker image config.
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// A Docker layer, gzip.
pub const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
/// A Docker layer, as it is.
pub const DOCKER_LAYER_TAR: &str = "application/vnd.docker.image.rootfs.diff.tar";
/// A Docker layer that is not pushed but fetched from where its `urls` say.
pub const DOCKER_FOREIGN_LAYER: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

/// OCI's type for the same blob, where it has one.
pub fn to_oci(media_type: &str) -> &str {
    match media_type {
        DOCKER_MANIFEST => MANIFEST,
        DOCKER_LIST => INDEX,
        DOCKER_CONFIG => CONFIG,
        DOCKER_LAYER => LAYER_GZIP,
        DOCKER_LAYER_TAR => LAYER,
        other => other,
    }
}

/// Whether it is an index or a manifest list.
pub fn is_index(media_type: &str) -> bool {
    matches!(media_type, INDEX | DOCKER_LIST)
}

/// Whether it is the manifest of one image.
pub fn is_manifest(media_type: &str) -> bool {
    matches!(media_type, MANIFEST | DOCKER_MANIFEST)
}

/// Whether it is a layer that its licence keeps from being distributed (deprecated since 2023).
pub fn is_foreign(media_type: &str) -> bool {
    media_type == DOCKER_FOREIGN_LAYER || media_type.contains(".nondistributable.")
}

/// How a blob is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

/// How a layer of that type is compressed; `None` for what is no layer.
pub fn encoding(media_type: &str) -> Option<Encoding> {
    if !media_type.contains(".layer.") && !media_type.contains(".rootfs.") {
        return None;
    }
    Some(match media_type {
        gzip if gzip.ends_with("gzip") => Encoding::Gzip,
        zstd if zstd.ends_with("zstd") => Encoding::Zstd,
        _ => Encoding::None,
    })
}
