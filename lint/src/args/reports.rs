//! `--format X --output FILE`, any number of times: which report goes where.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

use super::environment::source;
use super::values::Format;

/// The reports of one run; there is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reports(pub Vec<Target>);

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How it is written.
    pub format: Format,
    /// The file that it goes to; standard output without one.
    pub output: Option<PathBuf>,
}

impl Args for Reports {
    fn augment_args(command: Command) -> Command {
        let format = Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .value_parser(value_parser!(Format))
            .action(ArgAction::Append)
            .value_delimiter(',')
            .env("WLINT_FORMAT")
            .hide_env_values(true)
            .help("How to report [default: text]; several times, each with its own --output, for several reports");
        let output = Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append)
            .env("WLINT_OUTPUT")
            .hide_env_values(true)
            .help("Write the report of the --format before it to a file, in one step at the end");
        command.arg(format).arg(output)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Reports {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let formats: Vec<(usize, Format)> = placed(matches, "format");
        let outputs: Vec<(usize, PathBuf)> = match matches.value_source("output") {
            Some(ValueSource::EnvVariable) => listed(matches),
            _ => placed(matches, "output"),
        };
        pair(&formats, &outputs).map(Reports).map_err(|why| Error::raw(ErrorKind::ArgumentConflict, format!("{why}\n")))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of an option and where they stand; those of the environment stand nowhere, which is 0.
fn placed<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<(usize, T)> {
    let values = matches.get_many::<T>(id).into_iter().flatten().cloned();
    if matches.value_source(id) == Some(ValueSource::CommandLine) {
        matches.indices_of(id).into_iter().flatten().zip(values).collect()
    } else {
        values.map(|value| (0, value)).collect()
    }
}

/// The files of `WLINT_OUTPUT`, between commas; on the command line a comma is a part of the name.
fn listed(matches: &ArgMatches) -> Vec<(usize, PathBuf)> {
    let Some(list) = matches.get_one::<PathBuf>("output") else { return Vec::new() };
    match list.to_str() {
        Some(names) => names.split(',').map(|name| (0, PathBuf::from(name))).collect(),
        None => vec![(0, list.clone())],
    }
}

/// Outputs that follow each other go with the last formats before them that have none yet, in order; what stands before all
/// formats goes with the first that have none.
fn pair(formats: &[(usize, Format)], outputs: &[(usize, PathBuf)]) -> Result<Vec<Target>, String> {
    let mut targets: Vec<Target> = formats.iter().map(|&(_, format)| Target { format, output: None }).collect();
    if targets.is_empty() {
        targets.push(Target { format: Format::Text, output: None });
    }
    let formats_before = |at: usize| formats.iter().filter(|(format, _)| *format <= at).count();
    for run in outputs.chunk_by(|(one, _), (next, _)| formats_before(*one) == formats_before(*next)) {
        let before = formats_before(run[0].0);
        let (mut free, after): (Vec<usize>, Vec<usize>) =
            (0..targets.len()).filter(|&index| targets[index].output.is_none()).partition(|&index| index < before);
        free.drain(..free.len().saturating_sub(run.len()));
        free.extend(after);
        for (index, (_, output)) in run.iter().enumerate() {
            let shown = || format!("{} {}", source("--output"), output.display());
            let Some(&free) = free.get(index) else {
                return Err(format!("{}: there is no --format left for it; name one before it", shown()));
            };
            if targets.iter().any(|target| target.output.as_ref() == Some(output)) {
                return Err(format!("{}: two reports cannot go to one file", shown()));
            }
            targets[free].output = Some(output.clone());
        }
    }
    if targets.iter().filter(|target| target.output.is_none()).count() > 1 {
        let option = source("--format");
        return Err(format!("{option}: only one report can go to standard output; give the others an --output FILE"));
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(words: &[&str]) -> Result<Vec<(Format, Option<String>)>, ErrorKind> {
        let command = Reports::augment_args(Command::new("check").no_binary_name(true));
        let matches = command.try_get_matches_from(words).expect("the words are options");
        let reports = Reports::from_arg_matches(&matches).map_err(|error| error.kind())?;
        let name = |path: PathBuf| path.display().to_string();
        Ok(reports.0.into_iter().map(|target| (target.format, target.output.map(name))).collect())
    }

    #[test]
    fn an_output_goes_with_the_format_before_it() {
        let file = |name: &str| Some(name.to_owned());
        for (words, expected) in [
            (&[][..], vec![(Format::Text, None)]),
            (&["-o", "a"], vec![(Format::Text, file("a"))]),
            (&["--output", "a", "--format", "json"], vec![(Format::Json, file("a"))]),
            (
                &["--format", "text", "--format", "sarif", "--output", "s"],
                vec![(Format::Text, None), (Format::Sarif, file("s"))],
            ),
            (
                &["--format=sarif", "--output=s", "--format=github", "--format=junit", "-oj"],
                vec![(Format::Sarif, file("s")), (Format::GitHub, None), (Format::JUnit, file("j"))],
            ),
            (
                &["--format", "github,sarif,markdown", "-o", "s", "-o", "m"],
                vec![(Format::GitHub, None), (Format::Sarif, file("s")), (Format::Markdown, file("m"))],
            ),
            (
                &["-o", "a", "-o", "b", "--format=json,sarif"],
                vec![(Format::Json, file("a")), (Format::Sarif, file("b"))],
            ),
        ] {
            assert_eq!(paired(words), Ok(expected), "{words:?}");
        }
    }

    #[test]
    fn what_cannot_be_paired_is_refused() {
        for words in [
            &["--format", "json", "--format", "sarif"][..],
            &["-o", "a", "-o", "b"],
            &["--format", "json", "-o", "a", "--format", "sarif", "-o", "a"],
        ] {
            assert_eq!(paired(words), Err(ErrorKind::ArgumentConflict), "{words:?}");
        }
    }
}
