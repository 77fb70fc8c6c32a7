//! Images on disk: an OCI layout, and the archives of OCI and Docker.
