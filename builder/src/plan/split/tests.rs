//! Scripts and where they are cut, with the reasons.
