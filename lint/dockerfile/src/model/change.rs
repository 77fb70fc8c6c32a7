//! What an instruction puts into the image and takes out of it, where its text alone tells the path.

use crate::ast::{Instruction, Keyword, Kind, Word};
use crate::effect::EffectKind;
use crate::source::Span;
use crate::windows_path::{destination, drive_letter, fold, workdir};

use super::Model;

/// A change of a file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub kind: ChangeKind,
    /// The path as [`fold`] has it.
    pub path: String,
    /// Where the file says so: the word of an instruction, or the command.
    pub span: Span,
}

/// The kinds of [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Puts a file there, or files into the folder.
    Write,
    /// Creates the folder, if there is none.
    MakeDir,
    /// Removes it.
    Remove,
}

impl Model {
    /// The changes that `COPY`, `ADD`, `WORKDIR` or `RUN` of a Windows stage makes, also behind `ONBUILD`, in order
    /// of place. Paths that only the build knows are left out.
    pub fn changes(&self, step: usize, instruction: &Instruction) -> Vec<Change> {
        let instruction = instruction.innermost();
        let current = self.steps[step].state.workdir.as_ref().filter(|setting| setting.certain);
        let current = current.map_or("/", |setting| setting.value.as_str());
        let one = |kind, path: Option<String>, span| {
            path.map(|path| Change { kind, path: fold(&path), span }).into_iter().collect()
        };
        match (&instruction.kind, instruction.keyword) {
            (Kind::Copy(copy), _) => {
                let Some(dest) = &copy.dest else { return Vec::new() };
                let path = self.path(step, dest).and_then(|path| destination(current, &path).ok());
                one(ChangeKind::Write, path, dest.span)
            }
            (Kind::Text(Some(word)), Some(Keyword::Workdir)) => {
                let path = self.path(step, word).and_then(|path| workdir(current, &path).ok());
                one(ChangeKind::MakeDir, path, word.span)
            }
            (_, Some(Keyword::Run)) => self.changes_of_run(step, current),
            _ => Vec::new(),
        }
    }

    /// The path in a word of an instruction, when the file alone decides it.
    pub fn path(&self, step: usize, word: &Word) -> Option<String> {
        let expanded = self.expand(step, &word.text).ok()?;
        // Backslashes that the builder drops are a mistake of their own: the author meant the path as it stands.
        let dropped = expanded.uses.is_empty() && !expanded.lost.is_empty();
        let meant = if dropped { word.as_str() } else { expanded.text.text() };
        (self.is_certain(step, &expanded) && !meant.is_empty()).then(|| meant.to_owned())
    }

    fn changes_of_run(&self, step: usize, current: &str) -> Vec<Change> {
        let Some(run) = &self.steps[step].script else { return Vec::new() };
        let effects = run.effects();
        let moves = effects.iter().any(|(_, effect)| matches!(effect.kind, EffectKind::ChangeDir { .. }));
        let changes = effects.iter().filter_map(|(_, effect)| {
            let (kind, path) = change(&effect.kind)?;
            let literal = !path.contains(['$', '%', '*', '?', '(', '{', '"']) && !path.is_empty();
            let rooted = path[drive_letter(path).map_or(0, |_| 2)..].starts_with(['/', '\\']);
            let path = match () {
                () if !literal => return None,
                () if rooted => fold(path),
                () if moves || path.contains(':') => return None,
                () => fold(&format!("{current}/{path}")),
            };
            Some(Change { kind, path, span: effect.span })
        });
        changes.collect()
    }
}

fn change(kind: &EffectKind) -> Option<(ChangeKind, &str)> {
    Some(match kind {
        EffectKind::Write { path }
        | EffectKind::Copy { to: Some(path), .. }
        | EffectKind::Move { to: Some(path), .. }
        | EffectKind::Extract { dest: Some(path), .. }
        | EffectKind::Download { dest: Some(path), .. } => (ChangeKind::Write, path),
        EffectKind::MakeDir { path } => (ChangeKind::MakeDir, path),
        EffectKind::Remove { path, .. } => (ChangeKind::Remove, path),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::ChangeKind::{self, MakeDir, Remove, Write};
    use crate::document::{Builder, Document};
    use crate::source::Source;

    #[test]
    fn changes_of_instructions() {
        let of = |line: &str| -> Vec<(ChangeKind, String)> {
            let text = format!("# escape=`\nFROM servercore\nARG A\nENV D=C:\\data\nWORKDIR C:\\app\n{line}\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            let step = document.reading().instructions.len() - 1;
            let found = document.model.changes(step, &document.reading().instructions[step]);
            found.into_iter().map(|change| (change.kind, change.path)).collect()
        };
        let one = |kind, path: &str| vec![(kind, path.to_owned())];
        assert_eq!(of("COPY a $D"), one(Write, "/data"));
        assert_eq!(of("COPY a sub\\"), one(Write, "/app/sub"));
        assert_eq!(of("ADD a ${A}"), []);
        assert_eq!(of("ONBUILD COPY a C:\\X\\"), one(Write, "/x"));
        assert_eq!(of("WORKDIR ..\\y"), one(MakeDir, "/y"));
        assert_eq!(of("RUN echo a> b.txt"), one(Write, "/app/b.txt"));
        assert_eq!(of("RUN cd C:\\z && echo a> b.txt"), []);
        assert_eq!(of("RUN echo a> %D%\\b.txt"), []);
        assert_eq!(of("RUN echo a> D:\\b.txt"), one(Write, "d:/b.txt"));
        assert_eq!(of("RUN rd /s /q C:\\data"), one(Remove, "/data"));
        assert_eq!(of("CMD echo a> b.txt"), []);
    }
}
