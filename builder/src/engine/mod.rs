//! Steps that need a kernel, on a Docker Engine.
