//! Scripts and the operations that they come to.
