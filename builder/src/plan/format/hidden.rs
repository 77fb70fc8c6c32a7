//! Keeps the secrets of a Dockerfile out of what is shown of its plan.

use ::dockerfile::document::Document;
use rules::{Policy, Secrets};

/// A shorter text that stands where a secret may stand is part of too many words.
const LONG: usize = 6;

/// What must not be shown.
pub struct Hidden {
    secrets: Secrets,
    /// How the file has them where only their place tells that they are some.
    written: Vec<String>,
}

impl Hidden {
    /// The secrets of a file.
    pub fn new(document: &Document) -> Self {
        let secrets = rules::secrets(document, &Policy::default());
        let texts = secrets.spans().iter().map(|span| document.source.slice(*span).trim_matches(['"', '\'', ' ']));
        let mut written: Vec<String> = texts.filter(|text| text.len() >= LONG).map(str::to_owned).collect();
        written.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Hidden { secrets, written }
    }

    /// The text without secrets.
    pub fn mask(&self, text: &str) -> String {
        let masked = self.secrets.mask(text);
        self.written.iter().fold(masked, |text, secret| text.replace(secret, "***"))
    }
}
