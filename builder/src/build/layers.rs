//! The layers of a stage: what the image will have, and how they are looked into.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::image::{Descriptor, Digest};
use crate::layer::index::{Index, Node};
use crate::layer::{Content, Entry, Flavor, Ranges};
use crate::store::{self, Store};

use super::view::{Fresh, LayerFiles, Slot, View};

/// A layer of an image that is being built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// The blob.
    pub descriptor: Descriptor,
    /// The digest before compression.
    pub diff_id: Digest,
}

/// The layers that were put together in this run, by diff id: they need not be read again.
#[derive(Default)]
pub struct FreshLayers(Mutex<HashMap<Digest, Arc<Fresh>>>);

impl FreshLayers {
    /// Keeps a layer for the steps after it.
    pub fn keep(&self, diff_id: &Digest, layer: Fresh) {
        self.0.lock().expect("nothing panics while it is held").insert(diff_id.clone(), Arc::new(layer));
    }

    fn get(&self, diff_id: &Digest) -> Option<Arc<Fresh>> {
        self.0.lock().expect("nothing panics while it is held").get(diff_id).cloned()
    }
}

/// The files that these layers have together.
///
/// # Errors
/// When a layer is not in the store, or cannot be read.
pub fn view(store: &Store, layers: &[Layer], flavor: Flavor, fresh: &FreshLayers) -> Result<View, store::Error> {
    let open = |layer: &Layer| -> Result<Arc<dyn LayerFiles>, store::Error> {
        if let Some(fresh) = fresh.get(&layer.diff_id) {
            return Ok(fresh);
        }
        let blob = &layer.descriptor.digest;
        let index = store.layer_index(blob, &layer.diff_id, flavor)?;
        Ok(Arc::new(Stored { index, content: store.layer_content(blob) }))
    };
    Ok(View::new(layers.iter().map(open).collect::<Result<_, _>>()?))
}

/// A layer in the store.
struct Stored {
    index: Arc<Index>,
    content: Arc<dyn Ranges>,
}

impl Stored {
    fn entry(&self, node: &Node) -> Option<Entry> {
        let source = || Arc::clone(&self.content);
        node.entry(|| Some(Content::Range { source: source(), offset: node.offset, size: node.size }))
    }

    fn slot_of(&self, key: &str, node: Option<&Node>) -> Option<Slot> {
        let slot = Slot {
            removed: self.index.is_removed(key),
            opaque: self.index.is_opaque(key),
            entry: node.and_then(|node| self.entry(node)),
            implied: node.is_some_and(|node| node.is_implied),
        };
        (slot.removed || slot.opaque || slot.entry.is_some()).then_some(slot)
    }
}

impl LayerFiles for Stored {
    fn slot(&self, key: &str) -> Option<Slot> {
        self.slot_of(key, self.index.by_key(key))
    }

    fn slots_in(&self, key: &str) -> Vec<(String, Slot)> {
        let named = self.index.children(key).map(|(child, _)| child).chain(self.index.removed_in(key));
        let mut keys: Vec<&str> = named.collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().filter_map(|child| Some((child.to_owned(), self.slot(child)?))).collect()
    }
}
