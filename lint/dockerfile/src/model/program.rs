//! The programs that `RUN` starts, variables put in, and the installers among them: by name, or by the download that
//! fetched the file.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::ast::{Instruction, Keyword, Kind};
use crate::effect::program::{Argument, Program, Starter, program};
use crate::effect::{self, Effect, EffectKind};
use crate::facts::installer_tech::Technology;
use crate::facts::installers::{self, Installer};
use crate::script::{Command, Dialect, Script, Separator, Statement, StatementKind};
use crate::source::Span;

use super::captured::captured;
use super::{Model, RunScript};

/// A program that an instruction starts.
#[derive(Clone, Debug)]
pub struct Started {
    /// The instruction.
    pub step: usize,
    /// Which one it is, behind `ONBUILD` too: `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.
    pub keyword: Option<Keyword>,
    /// The language that starts it.
    pub dialect: Dialect,
    /// Whether it is started as an exec form, by no shell.
    pub exec: bool,
    /// Its name as far as it is known, variables put in.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Where the command's first word stands: the name, `start` or `Start-Process`.
    pub verb_span: Span,
    /// Its arguments, variables put in.
    pub arguments: Vec<Argument>,
    /// How it is started.
    pub starter: Starter,
    /// The whole command.
    pub span: Span,
    /// Behind the last word of the command.
    pub words_end: u32,
    /// The word with the arguments of `Start-Process`.
    pub list: Option<Span>,
    /// Whether `Start-Process` hands the process on.
    pub passes_on: bool,
    /// Whether every argument can be seen.
    pub visible: bool,
    /// Whether the shell goes on only when the program has ended.
    pub waits: bool,
    /// Whether something later in the same script waits for a process.
    pub awaited: bool,
    /// Whether its output goes on through a pipe.
    pub piped: bool,
    /// Whether another command's output goes into it.
    pub fed: bool,
    /// The statement it stands in.
    pub statement: Span,
    /// What follows that statement.
    pub separator: Separator,
    /// The installer that it is.
    pub install: Option<Installation>,
}

/// An installer that is started.
#[derive(Clone, Debug)]
pub struct Installation {
    /// What it is made with.
    pub technology: Technology,
    /// The product, or the kind of file.
    pub product: Option<&'static Installer>,
    /// Whether it asks nothing; `None` when that cannot be told.
    pub silent: Option<bool>,
}

impl Started {
    /// The program's name in lower case, without folder and `.exe`.
    pub fn program(&self) -> String {
        effect::program::base_name(&self.name)
    }

    /// Whether an argument is given, whatever its case; `/x` also as `-x`.
    pub fn has(&self, switch: &str) -> bool {
        let bare = switch.trim_start_matches(['/', '-']);
        self.arguments.iter().any(|argument| {
            argument.text.starts_with(['/', '-'])
                && argument.text.trim_start_matches(['/', '-']).eq_ignore_ascii_case(bare)
        })
    }

    /// The arguments' texts.
    pub fn texts(&self) -> Vec<String> {
        self.arguments.iter().map(|argument| argument.text.clone()).collect()
    }
}

/// The values of variables by name: PowerShell's own in lower case, those of the environment behind `env:`.
struct Values<'a> {
    model: &'a Model,
    step: usize,
    /// What the script says of them; `None` where nobody can tell.
    set: BTreeMap<String, Option<String>>,
}

impl Values<'_> {
    /// The value of a variable: what the script gave it, or else what its environment begins with.
    fn of(&self, name: &str) -> Option<&str> {
        if let Some(value) = self.set.get(&name.to_ascii_lowercase()) {
            return value.as_deref();
        }
        let name =
            name.get(..4).filter(|scope| scope.eq_ignore_ascii_case("env:")).map(|scope| &name[scope.len()..])?;
        self.model.variable(self.step, name)?.value.as_deref()
    }
}

/// What is known while the file is walked through.
#[derive(Default)]
struct Known {
    /// File names in lower case, and the URLs that they were fetched from.
    fetched: BTreeMap<String, String>,
    found: Vec<Started>,
}

impl Model {
    /// The programs that the instructions of this model's reading start, in order.
    pub fn started_programs(&self, instructions: &[Instruction]) -> &[Started] {
        self.programs.get_or_init(|| {
            let mut known = Known::default();
            for (step, instruction) in instructions.iter().enumerate() {
                let inner = instruction.innermost();
                if inner.keyword == Some(Keyword::Add)
                    && let Kind::Copy(copy) = &inner.kind
                    && let ([source], Some(dest)) = (copy.sources.as_slice(), &copy.dest)
                    && source.as_str().contains("://")
                {
                    known.fetched.insert(key(dest.as_str()), source.as_str().to_owned());
                }
                self.read_script(step, inner.keyword, &mut known);
            }
            known.found
        })
    }

    fn read_script(&self, step: usize, keyword: Option<Keyword>, known: &mut Known) {
        let Some(run) = self.steps.get(step).and_then(|step| step.script.as_ref()) else { return };
        let mut values = Values { model: self, step, set: BTreeMap::new() };
        self.read(run, &run.script, keyword, &mut values, known);
    }

    /// Reads one of the scripts of a step, and then those that it starts.
    fn read(&self, run: &RunScript, script: &Script, keyword: Option<Keyword>, values: &mut Values, known: &mut Known) {
        let awaited = LazyCell::new(|| {
            let text = script.text.text();
            contains(text, &["waitforexit", "wait-process", "wait-job"]) || contains(text, &["hasexited"])
        });
        let exec = run.exec && std::ptr::eq(script, &raw const run.script);
        let (statements, nested) = script.own_parts();
        // Where PowerShell takes what the programs write, and so waits for each.
        let captured = LazyCell::new(|| captured(&statements));
        for &statement in &statements {
            learn(statement, run.classified().of_statement(statement), values, &mut known.fetched);
            let StatementKind::Pipeline(commands) = &statement.kind else { continue };
            for (index, command) in commands.iter().enumerate() {
                let Some(program) = program(command, script.dialect) else { continue };
                let mut one = self.one(values.step, script.dialect, command, program, values);
                one.keyword = keyword;
                one.exec = exec;
                one.awaited = *awaited;
                one.piped = index + 1 < commands.len();
                one.fed = index > 0;
                if one.starter == Starter::Name && !one.waits {
                    let is_read = |span: &Span| span.start <= one.span.start && one.span.end <= span.end;
                    one.waits = one.piped || !command.redirections.is_empty() || captured.iter().any(is_read);
                }
                one.statement = statement.span;
                one.separator = statement.separator;
                let fetched = &known.fetched;
                let url = if fetched.is_empty() { None } else { fetched.get(&key(&one.name)).map(String::as_str) };
                if url.is_some() || has_variables(command) || !run.installs_nothing(command) {
                    one.install = installation(&one, url);
                }
                known.found.push(one);
            }
        }
        for script in nested {
            self.read(run, script, keyword, values, known);
        }
    }

    fn one(&self, step: usize, dialect: Dialect, command: &Command, program: Program, values: &Values) -> Started {
        let mut arguments = Vec::with_capacity(program.arguments.len());
        for Argument { text: written, span } in program.arguments {
            if !may_change(&written) {
                arguments.push(Argument { text: written, span });
                continue;
            }
            let text = put_in(&written, values);
            // A variable may hold a whole list.
            if text != written && written.starts_with('$') && text.contains([',', ' ']) {
                arguments.extend(effect::program::split(&text).into_iter().map(|text| Argument { text, span }));
            } else {
                arguments.push(Argument { text, span });
            }
        }
        let hidden =
            |it: &str| it.starts_with(['$', '@', '(']) || it.len() > 2 && it.starts_with('%') && it.ends_with('%');
        Started {
            step,
            keyword: None,
            dialect,
            exec: false,
            name: if may_change(&program.name) { put_in(&program.name, values) } else { program.name },
            name_span: program.name_span,
            verb_span: command.name.span,
            visible: program.complete && !arguments.iter().any(|it| hidden(&it.text)),
            arguments,
            starter: program.starter,
            span: command.span,
            words_end: command.words.iter().map(|word| word.span.end).max().unwrap_or(command.name.span.end),
            list: program.list,
            passes_on: program.passes_on,
            waits: program.waits,
            awaited: false,
            piped: false,
            fed: false,
            statement: command.span,
            separator: Separator::End,
            install: None,
        }
    }
}

/// Whether a text has one of the names somewhere, whatever its case there. All of them begin with the same two letters, by which
/// they are looked for.
fn contains(text: &str, names: &[&str]) -> bool {
    let Some(&[first, second, ..]) = names.first().map(|name| name.as_bytes()) else { return false };
    debug_assert!(names.iter().all(|name| name.as_bytes().starts_with(&[first, second])), "{names:?}");
    let bytes = text.as_bytes();
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| {
        let is = |name: &&str| bytes[at..].get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()));
        bytes.get(at + 1).is_some_and(|byte| byte.eq_ignore_ascii_case(&second)) && names.iter().any(is)
    })
}

/// Takes in what a statement says of variables and files.
fn learn(
    statement: &Statement,
    effects: &[(Dialect, Effect)],
    values: &mut Values,
    fetched: &mut BTreeMap<String, String>,
) {
    if let StatementKind::Assignment { target, value, operator } = &statement.kind {
        let name = target.text.trim_start_matches('$').trim_matches(['{', '}']).to_ascii_lowercase();
        let value = plain(value).filter(|_| operator == "=").map(|text| put_in(&text, values));
        values.set.insert(name, value);
        return;
    }
    for (_, effect) in effects {
        match &effect.kind {
            EffectKind::SetEnv { name, value: Some(value), .. } => {
                let value = put_in(value, values);
                values.set.insert(format!("env:{}", name.to_ascii_lowercase()), Some(value));
            }
            EffectKind::Download { url: Some(url), dest: Some(dest), .. } => {
                fetched.insert(key(&put_in(dest, values)), put_in(url, values));
            }
            EffectKind::Move { from, to: Some(to) } | EffectKind::Copy { from, to: Some(to) }
                if !fetched.is_empty() =>
            {
                if let Some(url) = fetched.get(&key(&put_in(from, values))).cloned() {
                    fetched.insert(key(&put_in(to, values)), url);
                }
            }
            _ => {}
        }
    }
}

/// The text of a value that is one string or one bare word, or a list of them as written.
fn plain(value: &[Statement]) -> Option<String> {
    let [Statement { kind: StatementKind::Pipeline(commands), .. }] = value else { return None };
    let [command] = commands.as_slice() else { return None };
    if command.name.raw.starts_with("@(") && !command.name.raw.contains(['$', '{']) {
        return Some(command.name.raw.clone());
    }
    let is_text = command.words.is_empty() && command.name.statements.is_empty();
    let is_value = command.expression.as_ref().is_none_or(|it| it.calls.is_empty() && it.statements.is_empty());
    (is_text && is_value).then(|| command.name.text.clone())
}

/// Whether a variable may stand in a text.
fn may_change(text: &str) -> bool {
    // Most texts are so short that a search of more than one byte at a time takes longer.
    text.bytes().any(|byte| matches!(byte, b'$' | b'%'))
}

/// A text with the variables put in that are known.
fn put_in(text: &str, values: &Values) -> String {
    if !may_change(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'$', b'%', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (name, length) = reference(rest);
        match values.of(&name).filter(|_| length > 1) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    out + rest
}

/// The variable that a text begins with, as the table of values names it, and its length.
fn reference(text: &str) -> (String, usize) {
    if let Some(inner) = text.strip_prefix('%') {
        return match inner.find('%').filter(|&end| end > 0) {
            Some(end) => (format!("env:{}", &inner[..end]), end + 2),
            None => (String::new(), 1),
        };
    }
    let inner = &text[1..];
    if let Some((name, _)) = inner.strip_prefix('{').and_then(|name| name.split_once('}')) {
        return (name.to_owned(), name.len() + 3);
    }
    let end =
        inner.find(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '_' | ':')).unwrap_or(inner.len());
    let name = inner[..end].trim_end_matches(':');
    (name.to_owned(), name.len() + 1)
}

/// By what a fetched file is found again: its name, whatever its folder.
fn key(path: &str) -> String {
    installers::file_name(path.trim().trim_matches(['"', '\''])).to_ascii_lowercase()
}

/// Whether a value may be put in somewhere in a command.
fn has_variables(command: &Command) -> bool {
    std::iter::once(&command.name).chain(&command.words).any(|word| may_change(&word.raw))
}

fn installation(one: &Started, url: Option<&str>) -> Option<Installation> {
    let arguments: Vec<&str> = one.arguments.iter().map(|argument| argument.text.as_str()).collect();
    let kind = effect::program::install(&one.name, url, &arguments)?;
    let EffectKind::Install { technology, product, silent, .. } = kind else { return None };
    let silent = silent.filter(|silent| *silent || one.visible);
    Some(Installation { technology, product, silent })
}

#[cfg(test)]
mod tests {
    use crate::document::{Builder, Document};
    use crate::source::Source;

    /// Name, silence and whether the shell waits, of each installer.
    fn found(text: &str) -> Vec<(String, Option<bool>, bool)> {
        let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{text}\n");
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let programs = document.model.started_programs(&document.reading().instructions);
        let installs = programs.iter().filter_map(|it| Some((it, it.install.as_ref()?)));
        installs
            .map(|(it, install)| (install.product.map_or("", |row| row.id).to_owned(), install.silent, it.waits))
            .collect()
    }

    #[test]
    fn installers_are_known_by_name_variable_and_download() {
        let ps = "SHELL [\"powershell\", \"-Command\"]\n";
        for (text, expected) in [
            ("RUN C:/vc_redist.x64.exe /quiet".to_owned(), ("vcredist-2015plus", Some(true), true)),
            (
                "ADD https://x.org/vc_redist.x64.exe C:/setup.exe\nRUN C:/setup.exe".to_owned(),
                ("vcredist-2015plus", Some(false), true),
            ),
            (
                "RUN curl -o s.exe https://x.org/vc_redist.x64.exe && start s.exe /quiet".to_owned(),
                ("vcredist-2015plus", Some(true), false),
            ),
            ("ENV F=vc_redist.x64.exe\nRUN C:/%F% /S".to_owned(), ("vcredist-2015plus", Some(true), true)),
            (format!("{ps}RUN $f = 'C:/vc_redist.x64.exe'; & $f"), ("vcredist-2015plus", Some(false), false)),
            (
                format!("{ps}RUN $a = '/install', '/quiet'; Start-Process vc_redist.x64.exe -Wait -Arg $a"),
                ("vcredist-2015plus", Some(true), true),
            ),
            (
                format!("{ps}RUN $a = @('/install', '/quiet'); Start-Process vc_redist.x64.exe -Wait -Arg $a"),
                ("vcredist-2015plus", Some(true), true),
            ),
            (
                format!("{ps}RUN Start-Process vc_redist.x64.exe -Wait -Arg --install, --quiet, C:/x"),
                ("vcredist-2015plus", Some(true), true),
            ),
            (format!("{ps}RUN Start-Process vc_redist.x64.exe -Wait -Arg $x"), ("vcredist-2015plus", None, true)),
            (
                format!("{ps}RUN iwr https://x.org/vc_redist.x64.exe -OutFile x.exe; ./x.exe | Out-Null"),
                ("vcredist-2015plus", Some(false), true),
            ),
            ("RUN [\"vc_redist.x64.exe\", \"/q\"]".to_owned(), ("vcredist-2015plus", Some(true), true)),
        ] {
            let (id, silent, waits) = expected;
            assert_eq!(found(&text), [(id.to_owned(), silent, waits)], "{text}");
        }
        assert_eq!(found("RUN echo vc_redist.x64.exe"), []);
    }

    #[test]
    fn what_shells_do_themselves_installs_nothing() {
        // Only on that ground a command's effects tell that it installs nothing.
        let own = "call cd chdir color copy del dir echo erase md mkdir mklink move pushd rd ren rename rmdir set start title type \
                   ver export declare readonly printf ls cat tee source sudo exec command env nice tail sleep useradd service systemctl";
        for name in own.split_whitespace() {
            assert!(crate::effect::program::install(name, None, &["/S"]).is_none(), "{name}");
        }
    }

    #[test]
    fn what_waits_for_a_program() {
        let waits = |line: &str| {
            let text = format!(
                "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nONBUILD RUN {line}\n"
            );
            let document = Document::new(Source::new(text.into()), Builder::Any);
            let programs = document.model.started_programs(&document.reading().instructions);
            let last = programs.last().unwrap();
            (last.waits, last.awaited, last.piped)
        };
        assert_eq!(waits("msiexec /i x.msi"), (false, false, false));
        assert_eq!(waits("msiexec /i x.msi | Out-Null"), (true, false, true));
        assert_eq!(waits("$p = saps msiexec '/i x.msi' -PassThru; $p.WaitForExit()"), (false, true, false));
        assert_eq!(waits("cmd /c msiexec /i x.msi"), (true, false, false));
        assert_eq!(waits("$out = & ./setup.exe /S"), (true, false, false));
        assert_eq!(waits("if (./setup.exe /S) { Write-Host x }"), (true, false, false));
        assert_eq!(waits("Write-Host $(./setup.exe /S)"), (true, false, false));
        assert_eq!(waits("(./setup.exe /S).Trim()"), (true, false, false));
        assert_eq!(waits("./setup.exe /S > log.txt"), (true, false, false));
        assert_eq!(waits("& { ./setup.exe /S }"), (false, false, false));
        assert_eq!(waits("if ($x) { ./setup.exe /S }"), (false, false, false));
    }
}
