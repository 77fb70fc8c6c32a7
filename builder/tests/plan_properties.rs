//! Random programs: cut or whole, lowered or run, they leave the same files behind; their units joined are the program.

use std::collections::BTreeMap;

use dockerfile::document::{Builder, Document};
use dockerfile::source::Source;
use proptest::prelude::*;
use wbuild::args::Split;
use wbuild::image::Platform;
use wbuild::plan::{
    self, Action, Command, FileOp, IfExists, IfMissing, Into, Place, Placement, Plan, PlanError, Request, format,
};

/// A statement of the small language that the model knows. Numbers name variables, files and folders.
#[derive(Clone, Debug, PartialEq)]
enum Statement {
    Set(u8, u8),
    Append(u8, u8),
    SetEnv(u8, u8),
    Write(u8, u8),
    WriteEnv(u8, u8),
    MakeDir(u8),
    Copy(u8, u8),
    Move(u8, u8),
    Remove(u8),
    /// Lines of one file with a letter replaced, written to another.
    Replace(u8, u8),
    Go(u8),
    Home,
    /// A program that notes the variables of the environment, its folder, and what it is given.
    Install(u8),
}

impl Statement {
    /// As PowerShell has it.
    fn text(&self) -> String {
        match self {
            Statement::Set(name, value) => format!("$v{name} = 'x{value}'"),
            Statement::Append(name, other) => format!("$v{name} = $v{other} + 'a'"),
            Statement::SetEnv(name, value) => format!("$env:E{name} = 'e{value}'"),
            Statement::Write(file, name) => format!("Set-Content f{file}.txt \\\"[$v{name}]\\\""),
            Statement::WriteEnv(file, name) => format!("Set-Content f{file}.txt \\\"[$env:E{name}]\\\""),
            Statement::MakeDir(folder) => format!("New-Item -ItemType Directory d{folder} -Force"),
            Statement::Copy(from, to) => format!("Copy-Item f{from}.txt f{to}.txt"),
            Statement::Move(from, to) => format!("Move-Item f{from}.txt f{to}.txt -Force"),
            Statement::Replace(from, to) => {
                format!("(Get-Content f{from}.txt) -replace 'X', 'y' | Set-Content f{to}.txt")
            }
            Statement::Remove(file) => format!("Remove-Item f{file}.txt"),
            Statement::Go(folder) => format!("Set-Location C:\\d{folder}"),
            Statement::Home => "Set-Location C:\\".to_owned(),
            Statement::Install(package) => format!("choco install -y p{package}"),
        }
    }
}

fn statement() -> impl Strategy<Value = Statement> {
    let n = 0_u8..3;
    prop_oneof![
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::Set(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::Append(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::SetEnv(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::Write(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::WriteEnv(a, b)),
        n.clone().prop_map(Statement::MakeDir),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::Copy(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::Move(a, b)),
        n.clone().prop_map(Statement::Remove),
        (n.clone(), n.clone()).prop_map(|(a, b)| Statement::Replace(a, b)),
        n.clone().prop_map(Statement::Go),
        Just(Statement::Home),
        n.clone().prop_map(Statement::Install),
        n.prop_map(Statement::Install),
    ]
}

/// The files: none as content is a folder.
type Files = BTreeMap<String, Option<String>>;

/// What a process has.
#[derive(Default)]
struct Process {
    variables: BTreeMap<u8, String>,
    environment: BTreeMap<u8, String>,
    folder: String,
}

/// Carries out a statement; an error ends the build.
fn step(process: &mut Process, files: &mut Files, statement: &Statement) -> Result<(), ()> {
    let folder = process.folder.clone();
    let file = |number: &u8| format!("{folder}f{number}.txt");
    let parent_is_there = |files: &Files| folder == "C:\\" || files.contains_key(folder.trim_end_matches('\\'));
    let variable = |process: &Process, name: &u8| process.variables.get(name).cloned().unwrap_or_default();
    match statement {
        Statement::Set(name, value) => drop(process.variables.insert(*name, format!("x{value}"))),
        Statement::Append(name, other) => {
            let value = variable(process, other) + "a";
            process.variables.insert(*name, value);
        }
        Statement::SetEnv(name, value) => drop(process.environment.insert(*name, format!("e{value}"))),
        Statement::Write(number, name) => {
            parent_is_there(files).then_some(()).ok_or(())?;
            files.insert(file(number), Some(format!("[{}]\r\n", variable(process, name))));
        }
        Statement::WriteEnv(number, name) => {
            parent_is_there(files).then_some(()).ok_or(())?;
            let value = process.environment.get(name).cloned().unwrap_or_default();
            files.insert(file(number), Some(format!("[{value}]\r\n")));
        }
        Statement::MakeDir(number) => drop(files.insert(format!("{folder}d{number}"), None)),
        Statement::Copy(from, to) => {
            let content = files.get(&file(from)).cloned().ok_or(())?;
            files.insert(file(to), content);
        }
        Statement::Move(from, to) => {
            let content = files.remove(&file(from)).ok_or(())?;
            files.insert(file(to), content);
        }
        Statement::Replace(from, to) => {
            let content = files.get(&file(from)).cloned().flatten().ok_or(())?;
            files.insert(file(to), Some(replaced(&content)));
        }
        Statement::Remove(number) => files.remove(&file(number)).map(drop).ok_or(())?,
        Statement::Go(number) => {
            files.contains_key(&format!("C:\\d{number}")).then_some(()).ok_or(())?;
            process.folder = format!("C:\\d{number}\\");
        }
        Statement::Home => process.folder = "C:\\".to_owned(),
        Statement::Install(package) => {
            let seen = format!("{package} {:?} {}\n", process.environment, process.folder);
            let log = files.entry("C:\\log".to_owned()).or_insert_with(|| Some(String::new()));
            log.get_or_insert_default().push_str(&seen);
        }
    }
    Ok(())
}

/// The lines of a text with every X, in any case, made a y.
fn replaced(content: &str) -> String {
    content.lines().map(|line| line.replace(['x', 'X'], "y") + "\r\n").collect()
}

fn run(files: &mut Files, program: &[Statement]) -> Result<(), ()> {
    let mut process = Process { folder: "C:\\".to_owned(), ..Process::default() };
    program.iter().try_for_each(|statement| step(&mut process, files, statement))
}

fn dockerfile(program: &[Statement]) -> String {
    let lines: Vec<String> = program.iter().map(Statement::text).collect();
    format!(
        "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\", \
         \"$ErrorActionPreference = 'Stop';\"]\nRUN {}\n",
        lines.join("; `\n    ")
    )
}

fn planned(text: &str, split: Split) -> (Document, Plan) {
    let (document, plan) = try_planned(text, split);
    (document, plan.expect("the program is a Dockerfile"))
}

fn try_planned(text: &str, split: Split) -> (Document, Result<Plan, PlanError>) {
    let document = Document::new(Source::new(text.as_bytes().to_vec()), Builder::Any);
    let request = Request {
        document: &document,
        build_args: &BTreeMap::new(),
        target: None,
        split,
        lower: true,
        platform: &Platform::new("windows", "amd64"),
        bases: &BTreeMap::new(),
        paths: &BTreeMap::new(),
        contexts: &[],
        files: None,
    };
    let plan = plan::plan(&request);
    (document, plan)
}

/// The statements of each unit, read back from its text, prologue included.
fn units(plan: &Plan, program: &[Statement]) -> Vec<Vec<Statement>> {
    let known: BTreeMap<String, Statement> = program.iter().map(|one| (one.text(), one.clone())).collect();
    let runs = plan.stages[0].steps.iter().filter_map(|step| match &step.action {
        Action::Run { command: Command::Shell(line), .. } => Some(line.as_str()),
        _ => None,
    });
    runs.map(|line| {
        let parts = line.split("; ").map(str::trim).filter(|part| *part != "exit 0");
        parts.map(|part| known.get(part).unwrap_or_else(|| panic!("`{part}` is no statement")).clone()).collect()
    })
    .collect()
}

/// Carries out operations on files as their documentation says.
fn apply(files: &mut Files, operations: &[FileOp]) -> Result<(), ()> {
    let parent = |path: &str| path.rsplit_once('\\').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
    let there = |files: &Files, folder: &str| folder == "C:" || files.get(folder).is_some_and(Option::is_none);
    for operation in operations {
        match operation {
            FileOp::MakeDir { path, exists } => {
                let old = files.get(path);
                if old.is_some_and(Option::is_some) || old.is_some() && *exists == IfExists::Fail {
                    return Err(());
                }
                let mut at = path.clone();
                while at != "C:" {
                    files.entry(at.clone()).or_insert(None);
                    at = parent(&at);
                }
            }
            FileOp::WriteFile { path, bytes, placement } => {
                there(files, &parent(path)).then_some(()).ok_or(())?;
                assert_eq!(*placement, Placement::Replace, "the programs only replace");
                files.insert(path.clone(), Some(String::from_utf8(bytes.clone()).expect("ASCII")));
            }
            FileOp::Copy { from, to, into, exists, missing, .. } | FileOp::Move { from, to, into, exists, missing } => {
                assert_eq!((*into, *exists, *missing), (Into::FolderOrName, IfExists::Replace, IfMissing::Fail));
                let content = files.get(from).cloned().ok_or(())?;
                if matches!(operation, FileOp::Move { .. }) {
                    files.remove(from);
                }
                files.insert(to.clone(), content);
            }
            FileOp::Remove { path, missing, .. } => {
                assert_eq!(*missing, IfMissing::Fail);
                files.remove(path).ok_or(())?;
            }
            FileOp::Replace { from, to, changes, .. } => {
                let expected = [("X", false, "y")];
                let changes: Vec<_> = changes.iter().map(|one| (&*one.pattern, one.exact, &*one.with)).collect();
                assert_eq!(changes, expected);
                let content = files.get(from).cloned().flatten().ok_or(())?;
                files.insert(to.clone(), Some(replaced(&content)));
            }
            FileOp::Require { path } => (path == "C:\\" || files.contains_key(path)).then_some(()).ok_or(())?,
            other => panic!("{other:?} is none of the programs'"),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn cut_or_whole_a_program_leaves_the_same_files(program in prop::collection::vec(statement(), 1..14)) {
        let mut whole = Files::new();
        let ended = run(&mut whole, &program);
        for split in [Split::Installs, Split::Max] {
            let (_, plan) = planned(&dockerfile(&program), split);
            let (mut files, mut result) = (Files::new(), Ok(()));
            for unit in units(&plan, &program) {
                result = result.and_then(|()| run(&mut files, &unit));
            }
            prop_assert_eq!(result, ended, "{:?}", split);
            if ended.is_ok() {
                prop_assert_eq!(&files, &whole, "{:?} {:?}", split, units(&plan, &program));
            }
        }
    }

    #[test]
    fn the_units_joined_are_the_program(program in prop::collection::vec(statement(), 1..14)) {
        let (_, plan) = planned(&dockerfile(&program), Split::Max);
        let mut joined = Vec::new();
        for (step, unit) in plan.stages[0].steps.iter().skip(1).zip(units(&plan, &program)) {
            let own = step.unit.as_ref().map_or(0..program.len(), |unit| unit.statements.clone());
            prop_assert_eq!(own.start, joined.len());
            joined.extend_from_slice(&unit[unit.len() - own.len()..]);
        }
        prop_assert_eq!(joined, program);
    }

    #[test]
    fn the_plan_of_a_plan_changes_nothing(program in prop::collection::vec(statement(), 1..14)) {
        for split in [Split::Installs, Split::Max] {
            let (document, plan) = planned(&dockerfile(&program), split);
            let once = format::dockerfile(&plan, &document);
            let (document, again) = planned(&once, split);
            prop_assert_eq!(format::dockerfile(&again, &document), once);
        }
    }

    #[test]
    fn lowered_or_run_a_program_leaves_the_same_files(program in prop::collection::vec(statement(), 1..14)) {
        let program: Vec<Statement> =
            program.into_iter().filter(|one| !matches!(one, Statement::Install(_))).collect();
        prop_assume!(!program.is_empty());
        let (_, plan) = planned(&dockerfile(&program), Split::Off);
        let step = plan.stages[0].steps.last().expect("there is a RUN");
        let Place::Lowered(operations) = &step.place else {
            return Err(TestCaseError::fail(format!("{:?}", step.place)));
        };
        let (mut ran, mut lowered) = (Files::new(), Files::new());
        let ended = run(&mut ran, &program);
        prop_assert_eq!(apply(&mut lowered, operations), ended);
        if ended.is_ok() {
            prop_assert_eq!(lowered, ran);
        }
    }

    #[test]
    fn no_file_makes_the_planner_panic(text in "[ -~\n`]{0,120}") {
        let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\nRUN {text}\n");
        let _ = try_planned(&text, Split::Max);
    }
}
