//! What a file must have before a rule can find anything in it, so that most rules cost nothing on most files.

use std::borrow::Cow;
use std::cell::OnceCell;

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::document::Document;
use dockerfile::effect::EffectKind;
use dockerfile::script::Dialect;

use crate::letters;
use crate::listing::Listing;

/// What a rule needs. It says no more than what the rule itself asks: a rule whose needs are not met would have found
/// nothing, which the tests hold against every rule.
#[derive(Clone, Copy, Debug)]
pub enum Needs {
    /// Nothing: the rule looks at every file.
    Nothing,
    /// One of these instructions, also behind `ONBUILD`.
    Instruction(&'static [Keyword]),
    /// One of these flags of an instruction.
    Flag(&'static [&'static str]),
    /// A script that one of these languages reads, also one that another script starts.
    Script(&'static [Dialect]),
    /// A command of one of these names: in lower case, without folder and `.exe`.
    Command(&'static [&'static str]),
    /// A command that is one of these cmdlets, by whatever alias.
    Cmdlet(&'static [&'static str]),
    /// A program of one of these names that an instruction starts, also through `start` or `Start-Process`.
    Program(&'static [&'static str]),
    /// A program that is an installer.
    Installer,
    /// A command that does one of these things.
    Effect(&'static [Does]),
    /// One of these texts somewhere in the file, letter for letter.
    Text(&'static [&'static str]),
    /// One of these.
    Any(&'static [Needs]),
    /// All of these.
    All(&'static [Needs]),
}

/// The kinds of effects that rules need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the effect of that name")]
pub enum Does {
    ChangeDir,
    DomainJoin,
    Download,
    InstallFeature,
    Remove,
    RunScript,
    SetEnv,
    StartService,
}

/// The languages of PowerShell.
pub(crate) const POWERSHELL: Needs = Needs::Script(&[Dialect::WindowsPowerShell, Dialect::PowerShell]);

/// What a file has.
pub(crate) struct Inventory<'a> {
    document: &'a Document,
    listings: &'a [Option<Listing<'a>>],
    /// A bit for each keyword.
    keywords: u32,
    flags: Names<'a>,
    /// A bit for each language.
    dialects: u8,
    commands: Names<'a>,
    cmdlets: Names<'a>,
    programs: OnceCell<Programs>,
    /// A bit for each of [`Does`].
    effects: OnceCell<u32>,
}

/// The programs that a file starts.
struct Programs {
    names: Names<'static>,
    has_installer: bool,
}

impl<'a> Inventory<'a> {
    pub(crate) fn new(document: &'a Document, listings: &'a [Option<Listing<'a>>]) -> Self {
        let mut inventory = Inventory {
            document,
            listings,
            keywords: 0,
            flags: Names::default(),
            dialects: 0,
            commands: Names::with_capacity(listings.iter().flatten().map(|listing| listing.commands.len()).sum()),
            cmdlets: Names::default(),
            programs: OnceCell::new(),
            effects: OnceCell::new(),
        };
        document.reading().instructions.iter().for_each(|instruction| inventory.instruction(instruction));
        for listing in listings.iter().flatten() {
            for part in listing.parts() {
                inventory.dialects |= 1 << part.script().dialect as u8;
            }
            for listed in &listing.commands {
                inventory.commands.add(listed.stem.as_str());
                if let Some(cmdlet) = listed.cmdlet {
                    inventory.cmdlets.add(cmdlet.name);
                }
            }
        }
        inventory
    }

    fn instruction(&mut self, instruction: &'a Instruction) {
        let inner = instruction.innermost();
        for keyword in [instruction.keyword, inner.keyword].into_iter().flatten() {
            self.keywords |= 1 << keyword as u32;
        }
        inner.flags.iter().for_each(|flag| self.flags.add(flag.name.as_str()));
    }

    /// Whether the file has what a rule needs.
    pub(crate) fn meets(&self, needs: &Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::Instruction(keywords) => keywords.iter().any(|&keyword| self.keywords >> keyword as u32 & 1 == 1),
            Needs::Flag(names) => self.flags.has_any(names),
            Needs::Script(dialects) => dialects.iter().any(|&dialect| self.dialects >> dialect as u8 & 1 == 1),
            Needs::Command(names) => self.commands.has_any(names),
            Needs::Cmdlet(names) => self.cmdlets.has_any(names),
            Needs::Program(names) => self.programs().names.has_any(names),
            Needs::Installer => self.programs().has_installer,
            Needs::Effect(kinds) => kinds.iter().any(|&kind| self.effects() >> kind as u32 & 1 == 1),
            Needs::Text(texts) => {
                texts.iter().any(|text| letters::find_exact(self.document.source.text(), text).is_some())
            }
            Needs::Any(needs) => needs.iter().any(|needs| self.meets(needs)),
            Needs::All(needs) => needs.iter().all(|needs| self.meets(needs)),
        }
    }

    fn programs(&self) -> &Programs {
        self.programs.get_or_init(|| {
            let started = self.document.model.started_programs(&self.document.reading().instructions);
            let mut names = Names::default();
            started.iter().for_each(|program| names.add(program.program()));
            Programs { names, has_installer: started.iter().any(|program| program.install.is_some()) }
        })
    }

    fn effects(&self) -> u32 {
        *self.effects.get_or_init(|| {
            let effects = self.listings.iter().flatten().flat_map(|listing| listing.run.effects());
            effects.filter_map(|(_, effect)| does(&effect.kind)).fold(0, |all, kind| all | 1 << kind as u32)
        })
    }
}

const fn does(kind: &EffectKind) -> Option<Does> {
    Some(match kind {
        EffectKind::ChangeDir { .. } => Does::ChangeDir,
        EffectKind::DomainJoin => Does::DomainJoin,
        EffectKind::Download { .. } => Does::Download,
        EffectKind::InstallFeature { .. } => Does::InstallFeature,
        EffectKind::Remove { .. } => Does::Remove,
        EffectKind::RunScript { .. } => Does::RunScript,
        EffectKind::SetEnv { .. } => Does::SetEnv,
        EffectKind::StartService { .. } => Does::StartService,
        _ => return None,
    })
}

/// The names of something, to tell fast that one is not among them.
#[derive(Default)]
struct Names<'a> {
    /// A bit for each [`place`] of a name.
    places: [u64; 4],
    all: Vec<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    fn with_capacity(count: usize) -> Self {
        Names { places: [0; 4], all: Vec::with_capacity(count) }
    }

    fn add(&mut self, name: impl Into<Cow<'a, str>>) {
        let name = name.into();
        let place = place(&name);
        self.places[place / 64] |= 1 << (place % 64);
        self.all.push(name);
    }

    fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| {
            let place = place(name);
            self.places[place / 64] >> (place % 64) & 1 == 1 && self.all.iter().any(|it| it == name)
        })
    }
}

/// A number below 256 that differs between most names.
fn place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |place: usize| bytes.get(place).map_or(0, |&byte| usize::from(byte));
    (bytes.len() + 7 * at(0) + 31 * at(bytes.len() / 2) + 13 * at(bytes.len().wrapping_sub(1))) % 256
}

#[cfg(test)]
mod tests;
