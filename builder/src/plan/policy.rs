//! `# wbuild: ok-exit=0,3010 timeout=30m retries=2` before a `RUN`.

use dockerfile::source::{Source, Span};

use super::error::PlanError;
use super::health;
use super::step::Policy;

/// What the comments before an instruction say; of two with one key the last counts.
pub(super) fn of(source: &Source, comments: &[Span]) -> Result<Policy, PlanError> {
    let mut policy = Policy::default();
    for &span in comments {
        let text = source.slice(span).trim_start_matches('#').trim();
        let Some(rest) = text.strip_prefix("wbuild:") else { continue };
        for word in rest.split_whitespace() {
            set(&mut policy, word).map_err(|message| {
                PlanError::at(span, message).help("write `# wbuild: ok-exit=0,3010 timeout=30m retries=2`")
            })?;
        }
    }
    Ok(policy)
}

fn set(policy: &mut Policy, word: &str) -> Result<(), String> {
    let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` has no value"))?;
    match key {
        "ok-exit" => {
            let codes: Result<Vec<i64>, _> = value.split(',').map(str::parse).collect();
            let codes = codes.map_err(|_| format!("`{value}` is no list of exit codes"))?;
            policy.ok_exit = codes.into_iter().filter(|&code| code != 0).collect();
        }
        "timeout" => {
            let nanoseconds = health::duration(value).filter(|&time| time >= 1_000_000_000);
            let time = nanoseconds.ok_or_else(|| format!("`{value}` is no time of a second or more"))?;
            policy.timeout = Some(time / 1_000_000_000);
        }
        "retries" => {
            policy.retries = value.parse().ok().filter(|&count| count <= 10).ok_or("retries must be 0 to 10")?;
        }
        _ => return Err(format!("`{key}` is not known")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Policy, String> {
        let source = Source::new(text.as_bytes().to_vec());
        of(&source, &[source.span()]).map_err(|error| error.message)
    }

    #[test]
    fn a_comment_says_how_a_run_is_judged() {
        let policy = read("# wbuild: ok-exit=0,3010,-5 timeout=1m30s retries=2").unwrap();
        assert_eq!(policy, Policy { ok_exit: vec![3010, -5], timeout: Some(90), retries: 2 });
        assert_eq!(read("# wbuild:retries=1").unwrap().retries, 1);
        assert_eq!(read("# what wbuild: retries=1").unwrap(), Policy::default());
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in ["ok-exit", "ok-exit=x", "timeout=5", "timeout=1ms", "retries=-1", "retries=99", "retry=1"] {
            assert!(read(&format!("# wbuild: {text}")).is_err(), "{text}");
        }
    }
}
