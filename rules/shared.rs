//! What rules share about a file, found out once before any of them runs.

use dockerfile::document::Document;
use dockerfile::escape::{Eaten, eaten};
use dockerfile::source::Span;

use crate::base_image::{self, Named};
use crate::escape::{self, Array};
use crate::expansion::{Expansion, expansions};
use crate::listing::Listing;
use crate::powershell::{self, Read};
use crate::secret::{self, Secret};
use crate::suppression::{self, Suppression};
use crate::{Context, Settings, syntax};

/// What a [`Context`] shows to rules.
pub(crate) struct Shared<'a> {
    document: &'a Document,
    settings: &'a Settings,
    listings: &'a [Option<Listing<'a>>],
    secrets: Vec<Secret>,
    placeholders: Vec<Span>,
    images: Vec<Named<'a>>,
    suppressions: Vec<Suppression>,
    expansions: Vec<Expansion<'a>>,
    eaten: Vec<Eaten<'a>>,
    arrays: Vec<Array<'a>>,
    powershell: Vec<Read<'a>>,
}

impl<'a> Shared<'a> {
    /// Of a file and the listings of its scripts.
    pub(crate) fn new(document: &'a Document, settings: &'a Settings, listings: &'a [Option<Listing<'a>>]) -> Self {
        Shared {
            document,
            settings,
            listings,
            secrets: secret::find(document, listings, &settings.policy),
            placeholders: syntax::placeholders(document),
            images: base_image::images(document),
            suppressions: suppression::read(document),
            expansions: expansions(document),
            eaten: eaten(document.reading(), &document.model),
            arrays: escape::arrays(document),
            powershell: powershell::find(document, listings),
        }
    }

    /// For the rules.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            document: self.document,
            settings: self.settings,
            secrets: &self.secrets,
            placeholders: &self.placeholders,
            images: &self.images,
            suppressions: &self.suppressions,
            expansions: &self.expansions,
            eaten: &self.eaten,
            arrays: &self.arrays,
            powershell: &self.powershell,
            listings: self.listings,
        }
    }
}
