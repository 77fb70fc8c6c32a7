//! Caches of package managers that stay in the layer.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::model::Started;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "package-cache-left",
    group: Group::Package,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Program(&["choco", "cinst", "npm", "nuget", "pip", "pip3", "py", "python", "python3"]),
    also: &[],
    page: include_str!("package_cache_left.md"),
    check,
};

/// A manager: its programs, the verbs that fill its cache, what in the script empties it or does without, and how.
struct Row {
    programs: &'static [&'static str],
    verbs: &'static [&'static str],
    empties: &'static [&'static str],
    place: &'static str,
    help: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        programs: &["choco", "cinst"],
        verbs: &["install", "upgrade", ""],
        empties: &["temp", "tmp", "cache"],
        place: "the downloads of Chocolatey stay in %TEMP%\\chocolatey",
        help: "remove that folder in the same RUN",
    },
    Row {
        programs: &["pip", "pip3"],
        verbs: &["install"],
        empties: &["--no-cache-dir", "cache purge", "pip\\cache", "pip_no_cache_dir"],
        place: "the downloads of pip stay in its cache",
        help: "add --no-cache-dir",
    },
    Row {
        programs: &["npm"],
        verbs: &["install", "ci", "i"],
        empties: &["cache clean", "npm-cache", "cache verify"],
        place: "the downloads of npm stay in its cache",
        help: "run npm cache clean --force in the same RUN",
    },
    Row {
        programs: &["nuget"],
        verbs: &["restore", "install"],
        empties: &["locals", ".nuget", "-directdownload", "-nocache"],
        place: "the downloads of NuGet stay in its caches",
        help: "run nuget locals all -clear in the same RUN",
    },
];

fn check(context: &Context, report: &mut Report) {
    let shipped: Vec<usize> = context.model().shipped().map(|stage| stage.index).collect();
    let mut last = None;
    for program in context.programs().iter().filter(|it| it.keyword == Some(Keyword::Run)) {
        let step = &context.model().steps[program.step];
        let (Some(row), Some(run)) = (row(program), &step.script) else { continue };
        let text = run.script.text.text().to_ascii_lowercase();
        let is_shipped = step.stage.is_some_and(|stage| shipped.contains(&stage));
        let has_mount = context.instructions()[program.step].innermost().flag("mount").is_some();
        let key = Some((program.step, row.place));
        if !is_shipped || has_mount || row.empties.iter().any(|it| text.contains(it)) || last == key {
            continue;
        }
        last = key;
        report.add(program.name_span, row.place, row.help);
    }
}

fn row(program: &Started) -> Option<&'static Row> {
    let (mut name, mut arguments) = (program.program(), program.arguments.as_slice());
    // `python -m pip install`
    if let ("python" | "python3" | "py", [module, pip, rest @ ..]) = (name.as_str(), arguments)
        && module.text == "-m"
        && pip.text == "pip"
    {
        (name, arguments) = ("pip".to_owned(), rest);
    }
    let verb = arguments.first().map_or(String::new(), |it| it.text.to_ascii_lowercase());
    let is_short = name == "cinst";
    ROWS.iter().find(|row| row.programs.contains(&name.as_str()) && (is_short || row.verbs.contains(&verb.as_str())))
}
