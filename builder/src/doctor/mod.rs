//! Whether this host can build and run Windows containers, and what a failed build means.
