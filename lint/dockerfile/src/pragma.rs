//! `# wbuild: ok-exit=0,3010 timeout=30m retries=2` above a `RUN`: how the step is judged. The builder and the rule about
//! these comments read them here.

use crate::ast::parse_duration;
use crate::source::{Source, Span};

/// What the comments above a `RUN` say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepPragma {
    /// Exit codes that count as success, besides 0.
    pub ok_exit: Vec<i64>,
    /// How long it may take, in seconds.
    pub timeout: Option<u64>,
    /// How often it is tried again after a failure of its own.
    pub retries: u32,
}

/// A word that says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PragmaFault {
    /// The key or the value, as it is written.
    pub text: String,
    /// Where.
    pub span: Span,
    /// What is wrong with it.
    pub kind: PragmaFaultKind,
}

/// What is wrong with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PragmaFaultKind {
    /// There is no such key.
    Key,
    /// A key without `=` and a value.
    NoValue,
    /// No list of numbers.
    ExitCodes,
    /// No duration of a second or more.
    Time,
    /// No number from 0 to 10.
    Retries,
}

/// The keys, with an example of each.
pub const KEYS: [(&str, &str); 3] =
    [("ok-exit", "ok-exit=0,3010"), ("timeout", "timeout=30m"), ("retries", "retries=2")];

impl PragmaFault {
    /// What is wrong, in a few words.
    pub fn message(&self) -> String {
        let text = &self.text;
        match self.kind {
            PragmaFaultKind::Key => format!("wbuild knows no `{text}`"),
            PragmaFaultKind::NoValue => format!("`{text}` has no value"),
            PragmaFaultKind::ExitCodes => format!("`{text}` is no list of exit codes"),
            PragmaFaultKind::Time => format!("`{text}` is no time of a second or more"),
            PragmaFaultKind::Retries => format!("`{text}` is no number from 0 to 10"),
        }
    }
}

/// What a comment says to wbuild, from the first word on; none when it is not for wbuild.
pub fn words(source: &Source, comment: Span) -> Option<Span> {
    let text = source.slice(comment);
    let body = text.trim_start_matches('#').trim_start().strip_prefix("wbuild:")?;
    Some(Span::new(comment.end - body.len() as u32, comment.end))
}

/// What the comments above an instruction say, and what in them says nothing. Of two words with one key the last counts.
pub fn read(source: &Source, comments: &[Span]) -> (StepPragma, Vec<PragmaFault>) {
    let (mut pragma, mut faults) = (StepPragma::default(), Vec::new());
    for place in comments.iter().filter_map(|&comment| words(source, comment)) {
        let text = source.slice(place);
        for word in text.split_whitespace() {
            if let Err((kind, part)) = set(&mut pragma, word) {
                let start = place.start + (part.as_ptr() as usize - text.as_ptr() as usize) as u32;
                let span = Span::new(start, start + part.len() as u32);
                faults.push(PragmaFault { text: part.to_owned(), span, kind });
            }
        }
    }
    (pragma, faults)
}

/// Takes one word over, or says which part of it is wrong.
fn set<'a>(pragma: &mut StepPragma, word: &'a str) -> Result<(), (PragmaFaultKind, &'a str)> {
    let (key, value) = match word.split_once('=') {
        Some((key, value)) if !value.is_empty() => (key, value),
        _ => {
            let key = word.trim_end_matches('=');
            let is_known = KEYS.iter().any(|(known, _)| *known == key);
            return Err((if is_known { PragmaFaultKind::NoValue } else { PragmaFaultKind::Key }, key));
        }
    };
    match key {
        "ok-exit" => {
            let codes: Result<Vec<i64>, _> = value.split(',').map(str::parse).collect();
            let codes = codes.map_err(|_| (PragmaFaultKind::ExitCodes, value))?;
            pragma.ok_exit = codes.into_iter().filter(|&code| code != 0).collect();
        }
        "timeout" => {
            let seconds = parse_duration(value).ok().map(|nanoseconds| nanoseconds / 1_000_000_000);
            let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok()).filter(|&seconds| seconds > 0);
            pragma.timeout = Some(seconds.ok_or((PragmaFaultKind::Time, value))?);
        }
        "retries" => {
            let count = value.parse().ok().filter(|&count| count <= 10);
            pragma.retries = count.ok_or((PragmaFaultKind::Retries, value))?;
        }
        _ => return Err((PragmaFaultKind::Key, key)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> (StepPragma, Vec<(String, PragmaFaultKind)>) {
        let source = Source::new(text.as_bytes().to_vec());
        let (pragma, faults) = read(&source, &[source.span()]);
        for fault in &faults {
            assert_eq!(source.slice(fault.span), fault.text, "a fault points at its text");
        }
        (pragma, faults.into_iter().map(|fault| (fault.text, fault.kind)).collect())
    }

    #[test]
    fn a_comment_says_how_a_step_is_judged() {
        let (pragma, faults) = read_one("# wbuild: ok-exit=0,3010,-5 timeout=1m30s retries=2");
        assert_eq!(pragma, StepPragma { ok_exit: vec![3010, -5], timeout: Some(90), retries: 2 });
        assert_eq!(faults, []);
        assert_eq!(read_one("#wbuild:retries=1").0.retries, 1);
        assert_eq!(read_one("# what wbuild: retry=1"), (StepPragma::default(), vec![]));
    }

    #[test]
    fn every_word_that_says_nothing_is_a_fault() {
        use PragmaFaultKind::{ExitCodes, Key, NoValue, Retries, Time};
        for (text, part, kind) in [
            ("ok-exit", "ok-exit", NoValue),
            ("ok-exit=", "ok-exit", NoValue),
            ("ok-exit=x", "x", ExitCodes),
            ("ok-exit=0,", "0,", ExitCodes),
            ("timeout=5", "5", Time),
            ("timeout=1ms", "1ms", Time),
            ("timeout=-1h", "-1h", Time),
            ("retries=-1", "-1", Retries),
            ("retries=99", "99", Retries),
            ("retry=1", "retry", Key),
            ("because", "because", Key),
        ] {
            let faults = read_one(&format!("# wbuild: timeout=1h {text}")).1;
            assert_eq!(faults, [(part.to_owned(), kind)], "{text}");
        }
        assert_eq!(read_one("# wbuild: a=1 b=2").1.len(), 2);
    }
}
