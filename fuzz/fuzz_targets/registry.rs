//! Any text as what a registry sends: each header, and each document. What is read twice is the same, and what was read
//! is written as it was.

#![no_main]

use std::time::SystemTime;

use libfuzzer_sys::fuzz_target;
use wbuild::image::{ImageConfig, Index, Manifest, to_json};
use wbuild::registry::Reference;
use wbuild::registry::header::{begin, challenges, next_page, parse_retry_after, reached, resolve};

const BASE: &str = "https://registry.example:5000/v2/app/blobs/uploads/?state=a";

fuzz_target!(|text: &str| {
    challenges(text);
    reached(text);
    begin(text);
    parse_retry_after(text, SystemTime::UNIX_EPOCH);
    next_page(text);
    if let Ok(address) = resolve(BASE, text) {
        assert!(address.starts_with("http://") || address.starts_with("https://"), "{address} is of another scheme");
        assert_eq!(resolve(BASE, &address).ok().as_deref(), Some(&*address), "an address is not its own");
    }
    if let Ok(reference) = text.parse::<Reference>() {
        let shown = reference.to_string();
        assert_eq!(shown.parse::<Reference>().ok(), Some(reference), "{shown} is read as something else");
    }
    document::<Manifest>(text);
    document::<Index>(text);
    document::<ImageConfig>(text);
});

fn document<T>(text: &str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    if let Ok(document) = serde_json::from_str::<T>(text) {
        let again = serde_json::from_slice::<T>(&to_json(&document)).expect("what was written can be read");
        assert_eq!(again, document, "a document changes when it is written");
    }
}
