//! Images elsewhere: pulling and pushing over the distribution protocol.
