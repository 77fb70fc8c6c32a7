//! A Dockerfile as steps: what each does, where it can run, and where a `RUN` is cut. Reads nothing, writes nothing.
