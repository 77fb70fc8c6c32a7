//! Layer bytes: entries, the canonical tar writer, compression, security descriptors, the reader and the validator.
