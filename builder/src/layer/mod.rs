//! Layer bytes: entries, the canonical tar writer, compression, security descriptors, the reader and the validator.

pub mod compress;
pub mod decode;
pub mod defect;
pub mod entry;
pub mod header;
pub mod hive;
pub mod index;
mod keep;
pub mod name;
pub mod read;
pub mod security;
pub mod validate;
pub mod write;

pub use compress::{Compression, Packed};
pub use entry::{Changed, Content, Entry, Flavor, Kind, Posix, Ranges, Time};
pub use index::{Index, Node, NodeKind};
pub use security::{SddlError, SecurityDescriptor, Sid};
pub use write::{Options, WriteError, Written, write};
