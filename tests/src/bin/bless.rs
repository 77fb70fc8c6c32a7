//! Runs the tests so that they rewrite their golden files: `cargo bless`, or `cargo bless RULE` for the page and
//! the cases of one rule.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--quiet", "--package", "tests"]).env("UPDATE", "1");
    if let Some(rule) = std::env::args().nth(1) {
        if rules::rule(&rule).is_none() {
            eprintln!("there is no rule `{rule}`; is it in the RULES of its group?");
            return ExitCode::from(2);
        }
        cargo.args(["--test", "pages"]).env("PAGE", rule);
    } else {
        // The output that the README shows comes from the commands themselves.
        cargo.args(["--package", "wlint", "--package", "wbuild", "--test", "golden", "--test", "readme"]);
        cargo.args(["--test", "images", "--test", "pages", "--test", "plans"]);
    }
    match cargo.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo test: {error}");
            ExitCode::from(2)
        }
    }
}
