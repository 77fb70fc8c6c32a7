//! `COPY` and `ADD`: where from, what, and where to.

use dockerfile::ast::{self, Instruction, Word};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;
use dockerfile::syntax::Heredoc;
use dockerfile::windows_path;

use super::action::Setting;
use super::error::PlanError;
use super::step::{Copy, CopyFrom, CopySource, Destination};

/// What a `COPY` (or with `add` an `ADD`) copies.
pub(super) fn copy(
    cx: &Setting<'_>,
    instruction: &Instruction,
    words: &ast::Copy,
    add: bool,
) -> Result<Copy, PlanError> {
    let Some(dest) = &words.dest else {
        return Err(PlanError::at(instruction.keyword_span, "there is no destination"));
    };
    let from = from(cx, instruction)?;
    let sources: Vec<CopySource> =
        words.sources.iter().map(|word| source(cx, instruction, word, add)).collect::<Result<_, _>>()?;
    let dest = destination(cx, dest)?;
    if sources.len() > 1 && !dest.folder {
        return Err(PlanError::at(
            words.dest.as_ref().map_or(instruction.span, |word| word.span),
            "with more than one source the destination must be a folder and end with a slash",
        ));
    }
    let value = |name: &str| instruction.flag(name).and_then(|flag| flag.value.as_ref());
    let expanded = |name: &str| value(name).map(|text| cx.scope.text(text)).transpose();
    let excluded = instruction.flags.iter().filter(|flag| flag.name == "exclude");
    Ok(Copy {
        from,
        sources,
        dest,
        chown: expanded("chown")?,
        chmod: expanded("chmod")?,
        link: switch(instruction, "link"),
        exclude: excluded
            .filter_map(|flag| flag.value.as_ref())
            .map(|text| cx.scope.text(text))
            .collect::<Result<_, _>>()?,
        parents: switch(instruction, "parents"),
    })
}

/// Whether a flag without a value, or with `true`, is given.
pub(super) fn switch(instruction: &Instruction, name: &str) -> bool {
    let value = |flag: &ast::Flag| flag.value.as_ref().is_none_or(|value| value.text().eq_ignore_ascii_case("true"));
    instruction.flag(name).is_some_and(value)
}

fn from(cx: &Setting<'_>, instruction: &Instruction) -> Result<CopyFrom, PlanError> {
    match instruction.flag("from") {
        None => Ok(CopyFrom::Context),
        Some(flag) => {
            let text = flag.value.as_ref().map_or("", Spliced::text);
            resolve(cx, text, flag.span)
        }
    }
}

/// What a `--from` names: a named context, a stage before this one, or an image.
pub(super) fn resolve(cx: &Setting<'_>, text: &str, span: Span) -> Result<CopyFrom, PlanError> {
    let name = text.to_lowercase();
    if text.is_empty() {
        return Err(PlanError::at(span, "--from names nothing"));
    }
    if cx.contexts.contains(&name) {
        return Ok(CopyFrom::Named(name));
    }
    if let Some(stage) = cx.stages.iter().rposition(|stage| stage.as_deref() == Some(&name)) {
        return Ok(CopyFrom::Stage(stage));
    }
    if let Ok(number) = text.parse::<usize>() {
        return if number < cx.stages.len() {
            Ok(CopyFrom::Stage(number))
        } else {
            Err(PlanError::at(span, format!("there is no stage {number} before this one")))
        };
    }
    if text.contains('$') {
        return Err(PlanError::at(span, "--from does not put variables in")
            .help("give the image a stage of its own: FROM <image with variables> AS <name>"));
    }
    match dockerfile::reference::parse(&Spliced::verbatim(text, span.start)) {
        Ok(_) => Ok(CopyFrom::Image(text.to_owned())),
        Err(_) => Err(PlanError::at(span, format!("`{text}` is no stage before this one and no image"))),
    }
}

fn source(cx: &Setting<'_>, instruction: &Instruction, word: &Word, add: bool) -> Result<CopySource, PlanError> {
    if let Some(heredoc) = instruction.heredocs.iter().find(|heredoc| heredoc.span == word.span) {
        return Ok(CopySource::Inline { name: heredoc.name.clone(), content: content(cx, heredoc)? });
    }
    let text = cx.scope.word(word)?;
    Ok(match text {
        text if add && is_git(&text) => CopySource::Git(text),
        text if add && is_url(&text) => CopySource::Url(text),
        text => CopySource::Path(text),
    })
}

fn is_url(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// What the builder clones and does not fetch.
fn is_git(text: &str) -> bool {
    let path = text.split(['#', '?']).next().unwrap_or(text);
    ["git@", "git://", "ssh://"].iter().any(|prefix| text.starts_with(prefix)) || is_url(text) && path.ends_with(".git")
}

/// The text of a heredoc as the file gets it.
pub(super) fn content(cx: &Setting<'_>, heredoc: &Heredoc) -> Result<String, PlanError> {
    let body = Spliced::verbatim(cx.source.slice(heredoc.body), heredoc.body.start);
    let text = if heredoc.expand { cx.scope.raw(&body)? } else { body.text().to_owned() };
    if !heredoc.chomp {
        return Ok(text);
    }
    Ok(text.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect())
}

fn destination(cx: &Setting<'_>, word: &Word) -> Result<Destination, PlanError> {
    let text = cx.scope.word(word)?;
    if text.is_empty() {
        return Err(PlanError::at(word.span, "the destination is empty once its variables are put in"));
    }
    if !cx.windows {
        let path = windows_path::join("/", &join(cx.workdir, &text));
        return Ok(Destination { path, folder: ends_as_folder(&text) });
    }
    let path =
        windows_path::destination(cx.workdir, &text).map_err(|error| PlanError::at(word.span, error.to_string()))?;
    Ok(Destination { path: drive(path.trim_end_matches('.')), folder: ends_as_folder(&text.replace('\\', "/")) })
}

fn ends_as_folder(text: &str) -> bool {
    text.ends_with('/') || text == "." || text.ends_with("/.") || text == ".."
}

/// A path of Linux behind the folder in force.
pub(super) fn join(workdir: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", workdir.trim_end_matches('/')) }
}

/// `/app/` or `\app` as `C:\app`.
pub(super) fn drive(path: &str) -> String {
    let path = path.replace('/', "\\");
    match path.trim_matches('\\') {
        "" => r"C:\".to_owned(),
        rest => format!(r"C:\{rest}"),
    }
}
