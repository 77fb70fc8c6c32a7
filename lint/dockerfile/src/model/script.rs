//! The script of a `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`, read by the shell that will read it.

use std::cell::OnceCell;

use crate::ast::{self, CommandLine, Form, Instruction, Keyword, Kind, Word};
use crate::effect::{self, Classified, Effect, EffectContext, EffectKind, Tail};
use crate::facts::base_image;
use crate::script::{self, Call, Command, Dialect, Quote, Script, Separator, Statement, StatementKind, argv};
use crate::source::Source;
use crate::splice::Spliced;

use super::Os;
use super::shell::Shell;

/// What an instruction starts.
#[derive(Debug)]
pub struct RunScript {
    /// The script. An exec form is one statement with one command, whose words are the array's.
    pub script: Script,
    /// In exec form no shell reads it. Also set for what its author meant as an exec form and the builder does not
    /// take for one: see [`CommandLine::fault`].
    pub exec: bool,
    /// The system it runs on.
    os: Os,
    classified: OnceCell<Classified>,
}

impl RunScript {
    /// A script with the system it runs on.
    pub fn new(script: Script, exec: bool, os: Os) -> Self {
        RunScript { script, exec, os, classified: OnceCell::new() }
    }

    /// What the script does: found out once, for all that ask.
    pub fn classified(&self) -> &Classified {
        let os = if self.os == Os::Linux { base_image::Os::Linux } else { base_image::Os::Windows };
        self.classified.get_or_init(|| Classified::new(&self.script, &EffectContext { os }))
    }

    /// Whether a command as it stands, before values are put in for its variables, is known to install nothing.
    pub(super) fn installs_nothing(&self, command: &Command) -> bool {
        // On Linux no Windows installer was looked for.
        let is_install = |kind: &EffectKind| matches!(kind, EffectKind::Install { .. });
        let effects = self.classified().of_command(command);
        self.os != Os::Linux && !effects.iter().any(|(_, effect)| is_install(&effect.kind))
    }

    /// Every effect of the script in order of place, each with the dialect it stands in.
    pub fn effects(&self) -> &[(Dialect, Effect)] {
        self.classified().all()
    }

    /// The statements at its end that do nothing but what `is_wanted`: see [`effect::tail`].
    pub fn tail(&self, is_wanted: &dyn Fn(&EffectKind) -> bool) -> Tail<'_> {
        effect::tail(&self.script, self.classified(), is_wanted)
    }
}

/// The script of an instruction, if it starts one and its shell is known.
pub fn run_script(instruction: &Instruction, source: &Source, shell: &Shell, os: Os) -> Option<RunScript> {
    let line = match (instruction.keyword, &instruction.kind) {
        (Some(Keyword::Run | Keyword::Cmd | Keyword::Entrypoint), Kind::Command(line)) => line,
        (_, Kind::Healthcheck { command: Some(line), .. }) => line,
        _ => return None,
    };
    match &line.form {
        Form::Exec(words) => Some(RunScript::new(exec(words, os)?, true, os)),
        Form::Shell(text) => {
            // What failed to be an exec form was written as one.
            if let Some(intent) = line.fault.as_ref().and_then(|_| ast::intent::of_command(instruction)) {
                let words: Vec<Word> = intent.words.into_iter().map(|it| it.word).collect();
                return Some(RunScript::new(exec(&words, os)?, true, os));
            }
            let text = heredoc_body(instruction, line, source).unwrap_or_else(|| text.clone());
            let text = match shell.dialect {
                Some(Dialect::Cmd) => without_outer_quotes(text),
                Some(Dialect::Posix) if os == Os::Windows => only_argument(text),
                _ => text,
            };
            Some(RunScript::new(script::parse(text, shell.dialect?), false, os))
        }
    }
}

/// A line of cmd that begins with two quotes has one pair for `/S` to take away.
fn without_outer_quotes(text: Spliced) -> Spliced {
    let line = text.text();
    let start = line.len() - line.trim_start().len();
    match line.rfind('"').filter(|&last| line[start..].starts_with("\"\"") && last > start + 1) {
        Some(last) => {
            let mut inner = text.slice(start + 1..last);
            inner.push_from(&text, last + 1..line.len());
            inner
        }
        None => text,
    }
}

/// A line that is one argument in quotes, as `bash.exe -c` wants its script, without them.
fn only_argument(text: Spliced) -> Spliced {
    let is_whole = match argv::loses_quotes(&text).as_slice() {
        [first, last] => {
            text.position_of(first.start) == Some(0) && text.position_of(last.end) == Some(text.text().len())
        }
        _ => false,
    };
    if is_whole { argv::unquote(&text) } else { text }
}

/// The body of `RUN <<EOF`: with nothing but the heredoc on the line, its lines are the script.
fn heredoc_body(instruction: &Instruction, line: &CommandLine, source: &Source) -> Option<Spliced> {
    let [heredoc] = instruction.heredocs.as_slice() else { return None };
    let Form::Shell(text) = &line.form else { return None };
    (text.whole() == heredoc.span).then(|| Spliced::verbatim(source.slice(heredoc.body), heredoc.body.start))
}

/// An exec form as a script of one command; what a shell in it reads is nested.
pub(super) fn exec(words: &[Word], os: Os) -> Option<Script> {
    let (first, rest) = words.split_first()?;
    let dialect = if os == Os::Linux { Dialect::Posix } else { Dialect::Cmd };
    let span = first.span.to(rest.last().unwrap_or(first).span);
    let mut text = Spliced::default();
    for word in words {
        text.push_from(&word.text, 0..word.as_str().len());
    }
    let mut command = Command {
        call: Call::Plain,
        name: exec_word(first),
        words: rest.iter().map(exec_word).collect(),
        redirections: Vec::new(),
        span,
        expression: None,
        nested: None,
    };
    let texts: Vec<&Spliced> = words.iter().map(|word| &word.text).collect();
    let arguments: Vec<script::Word> = words.iter().map(exec_word).collect();
    command.nested = script::nested::of_exec(&arguments, &texts).map(Box::new);
    let kind = StatementKind::Pipeline(vec![command]);
    let separator_span = crate::source::Span::at(span.end);
    let statements = vec![Statement { kind, span, separator: Separator::End, separator_span }];
    Some(Script { dialect, text, statements, comments: Vec::new(), faults: Vec::new(), is_encoded: false })
}

fn exec_word(word: &Word) -> script::Word {
    script::Word {
        raw: word.as_str().to_owned(),
        text: word.as_str().to_owned(),
        quote: Quote::Double,
        variables: Vec::new(),
        statements: Vec::new(),
        span: word.span,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Builder, Document};
    use crate::script::Dialect;
    use crate::source::Source;

    #[test]
    fn a_second_pair_of_quotes_around_a_line_of_cmd_is_taken_away() {
        let of = |line: &str| {
            let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{line}\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            let script = &document.model.steps[1].script.as_ref().unwrap().script;
            let commands = script
                .commands()
                .into_iter()
                .map(|(dialect, command)| (dialect, document.source.slice(command.span).to_owned()));
            commands.collect::<Vec<_>>()
        };
        let both = of("RUN \"\"C:\\a b\\bash.exe\" -c \"make x\"\"");
        assert_eq!(both[1], (Dialect::Posix, "make x".to_owned()));
        assert_eq!(of("RUN \"\"")[0].0, Dialect::Cmd);
    }
}
