//! Plans of whole files, where RUNs are cut and what they are lowered to: golden files under `testdata/plans`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use dockerfile::document::{Builder, Document};
use dockerfile::render::Style;
use dockerfile::source::Source;
use tests::golden::compare;
use tests::root;
use wbuild::args::Split;
use wbuild::image::{Digest, Platform};
use wbuild::plan::{self, Action, ContextListing, Place, Plan, Request, format};

fn planned(text: &str, split: Split) -> Result<(Document, Plan), String> {
    with(text, split, "amd64", &BTreeMap::new(), None)
}

fn with(
    text: &str,
    split: Split,
    architecture: &str,
    build_args: &BTreeMap<String, String>,
    files: Option<&dyn ContextListing>,
) -> Result<(Document, Plan), String> {
    let document = Document::new(Source::new(text.as_bytes().to_vec()), Builder::Any);
    let request = Request {
        document: &document,
        build_args,
        target: None,
        split,
        lower: true,
        platform: &Platform::new("windows", architecture),
        bases: &BTreeMap::new(),
        paths: &BTreeMap::new(),
        contexts: &[],
        files,
    };
    let plan = plan::plan(&request).map_err(|error| error.located("Dockerfile", &document.source))?;
    Ok((document, plan))
}

fn text(path: &str, document: &Document, plan: &Plan) -> String {
    let secrets = format::Hidden::new(document, &BTreeMap::new());
    format::text(&format::View { plan, path, secrets: &secrets, style: Style::Plain })
}

fn dockerfiles(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("the folder is in the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "Dockerfile"));
    paths.sort();
    paths
}

fn all_dockerfiles() -> Vec<PathBuf> {
    [dockerfiles("testdata/samples"), dockerfiles("testdata/plans")].concat()
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("it has a name").to_string_lossy().into_owned()
}

#[test]
fn plans_of_the_samples_are_as_they_were() {
    let mut wrong = Vec::new();
    for path in all_dockerfiles() {
        let text = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let shown = match planned(&text, Split::Installs) {
            Ok((document, plan)) => self::text(&format!("{}.Dockerfile", stem(&path)), &document, &plan),
            Err(message) => format!("{message}\n"),
        };
        wrong.extend(compare(&root().join(format!("testdata/plans/{}.txt", stem(&path))), &shown).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_plan_of_a_planned_dockerfile_changes_nothing() {
    for path in all_dockerfiles() {
        let text = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        for split in [Split::Installs, Split::Max] {
            let Ok((document, plan)) = planned(&text, split) else { continue };
            let once = format::dockerfile(&plan, &document);
            let (document, again) = planned(&once, split).expect("what was planned can be planned");
            assert_eq!(format::dockerfile(&again, &document), once, "{}", path.display());
            let steps = |plan: &Plan| plan.stages.iter().map(|stage| stage.steps.len()).sum::<usize>();
            assert_eq!(steps(&again), steps(&plan), "{}", path.display());
            let texts = |plan: &Plan| -> Vec<String> {
                let steps = plan.stages.iter().flat_map(|stage| &stage.steps);
                steps.map(|step| step.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
            };
            assert_eq!(texts(&again), texts(&plan), "{}", path.display());
            let keys = |plan: &Plan| -> Vec<Digest> {
                plan.stages.iter().flat_map(|stage| &stage.steps).map(|step| step.key.digest.clone()).collect()
            };
            assert_eq!(keys(&again), keys(&plan), "{}", path.display());
        }
    }
}

/// A script of the case files: the line that names its shell, and the lines of the `RUN`.
fn dockerfile_of(case: &str) -> Result<String, String> {
    let (shell, run) = case.split_once('\n').ok_or("a case has a shell and a script")?;
    let stop = "$ErrorActionPreference = 'Stop';";
    let shell = match shell {
        "cmd" => "SHELL [\"cmd\", \"/S\", \"/C\"]".to_owned(),
        "powershell" => "SHELL [\"powershell\", \"-Command\"]".to_owned(),
        "powershell-stop" => format!("SHELL [\"powershell\", \"-Command\", \"{stop}\"]"),
        "pwsh-stop" => format!("SHELL [\"pwsh\", \"-Command\", \"{stop}\"]"),
        other => return Err(format!("`{other}` is no shell")),
    };
    let base = "FROM mcr.microsoft.com/windows/servercore:ltsc2022";
    Ok(format!("# escape=`\n{base}\nWORKDIR C:\\w\nARG VERSION=1.2\nENV HOME_DIR=C:\\home\n{shell}\n{run}\n"))
}

/// The case files have blocks with a blank line between: shell, `RUN`, and the results behind `| `.
fn cases(name: &str, result: impl Fn(&Plan) -> Vec<String>, split: Split) -> usize {
    let path = root().join("testdata/plans").join(name);
    let text = std::fs::read_to_string(&path).expect("the plan can be read");
    let mut out = String::new();
    let mut rows = 0;
    for block in text.trim_end().split("\n\n") {
        let case: Vec<&str> = block.lines().filter(|line| !line.starts_with("| ")).collect();
        let case = case.join("\n");
        let _ = writeln!(out, "{case}");
        if !case.starts_with('#') {
            let file = dockerfile_of(&case).unwrap_or_else(|message| panic!("{message}: {case}"));
            let (_, plan) = planned(&file, split).unwrap_or_else(|message| panic!("{message}: {case}"));
            for line in result(&plan) {
                rows += 1;
                let _ = writeln!(out, "| {line}");
            }
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    compare(&path, &out).unwrap_or_else(|difference| panic!("{difference}"));
    rows
}

/// What was decided after the statements of the `RUN`.
fn cuts(plan: &Plan) -> Vec<String> {
    let units = plan.stages[0].steps.iter().filter_map(|step| step.unit.as_ref());
    let cuts = units.flat_map(|unit| {
        let forgives = unit.forgives.then(|| format!("unit {} ends with exit 0", unit.number + 1));
        let cuts = unit.cuts.iter().map(|cut| {
            let word = if cut.taken { "cut" } else { "no cut" };
            let live = cut.live.as_ref().map(|live| format!(" [{live}]")).unwrap_or_default();
            format!("{}: {word}: {}{live}", cut.after + 1, cut.reason)
        });
        cuts.chain(forgives).collect::<Vec<_>>()
    });
    cuts.collect()
}

#[test]
fn cuts_are_taken_and_refused_for_these_reasons() {
    let count = cases("cuts.txt", cuts, Split::Installs);
    assert!(count >= 60, "{count} rows");
}

#[test]
fn nothing_that_is_alive_is_cut_even_where_every_cut_is_wanted() {
    let rows = |plan: &Plan| {
        let steps = plan.stages[0].steps.iter().filter(|step| step.unit.as_ref().is_some_and(|unit| unit.count > 1));
        let units = steps.map(|step| step.text.clone());
        cuts(plan).into_iter().chain(units).collect()
    };
    let count = cases("cuts-max.txt", rows, Split::Max);
    assert!(count >= 60, "{count} rows");
}

#[test]
fn no_unit_of_a_planned_dockerfile_swallows_the_next() {
    let stop = "SHELL [\"powershell\", \"-Command\", \"$ErrorActionPreference = 'Stop';\"]\n";
    for (shell, run, units) in [
        (stop, "Expand-Archive a.zip C:\\ ; Remove-Item b.zip", 2),
        (stop, "$a = 'C:\\'; tar -xf a.zip -C \\ ; prog.exe $a", 2),
        ("", "mkdir a\\ && mkdir b && mkdir c", 2),
        ("", "setx /M HOME_OF_IT C:\\it && prog.exe && prog2.exe", 3),
    ] {
        let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{shell}RUN {run}\nCMD dir\n");
        let (document, plan) = planned(&text, Split::Max).unwrap();
        let once = format::dockerfile(&plan, &document);
        let (document, again) = planned(&once, Split::Max).unwrap();
        let runs = |plan: &Plan| -> Vec<(String, Digest)> {
            let steps = plan.stages[0].steps.iter().filter(|step| step.text.starts_with("RUN"));
            steps.map(|step| (step.text.clone(), step.key.digest.clone())).collect()
        };
        assert_eq!((runs(&again), runs(&plan).len()), (runs(&plan), units), "{once}");
        assert_eq!(format::dockerfile(&again, &document), once);
    }
}

#[test]
fn runs_become_these_operations() {
    let rows = |plan: &Plan| {
        let run = plan.stages[0].steps.last().expect("the case is the last step");
        match &run.place {
            Place::Lowered(operations) if operations.is_empty() => vec!["nothing".to_owned()],
            Place::Lowered(operations) => {
                operations.iter().map(|one| serde_json::to_string(one).expect("it is JSON")).collect()
            }
            Place::Engine(reason) => vec![format!("engine: {reason}")],
            Place::Offline => vec!["offline".to_owned()],
        }
    };
    let count = cases("lowered.txt", rows, Split::Off);
    assert!(count >= 100, "{count} rows");
}

#[test]
fn a_path_that_only_the_layers_of_the_base_tell_is_shown_so() {
    let of = |runs: &str| planned(&format!("# escape=`\nFROM x/y\n{runs}"), Split::Off).unwrap();
    let (document, plan) = of("RUN setx /M PATH \"%PATH%;C:\\a\"\nRUN setx /M PATH \"C:\\b;%PATH%\" && set X=1\n");
    assert_eq!(plan::unread(&plan), ["x/y"]);
    let shown = text("x", &document, &plan);
    assert!(shown.contains(r"PATH=%PATH%;C:\a") && shown.contains(r"PATH=C:\b;%PATH%;C:\a"), "{shown}");
    assert!(serde_json::to_string(&plan).unwrap().is_ascii());
    // What an engine runs may change it; and what is not set for the machine needs none.
    let (_, plan) = of("RUN choco install git\nRUN setx /M PATH \"%PATH%;C:\\a\"\n");
    let reason = Place::Engine("a step before it may have changed the PATH in the registry".to_owned());
    assert_eq!(plan.stages[0].steps[1].place, reason);
    let (_, plan) = of("RUN setx /M TOOLS C:\\a\nRUN set PATH=%PATH%;C:\\a\n");
    assert!(plan::unread(&plan).is_empty());
}

#[test]
fn a_folder_that_only_the_config_of_the_base_tells_is_shown_so() {
    let of = |base: &str| {
        let rest = "COPY a.txt .\nWORKDIR app\nCOPY b.txt sub/\nRUN mkdir x && echo y> C:\\z.txt\nWORKDIR C:\\w\nCOPY a.txt .\n";
        planned(&format!("# escape=`\nFROM {base}\n{rest}"), Split::Off).unwrap()
    };
    let (document, plan) = of("x/y");
    let shown = text("x", &document, &plan);
    for line in [
        r"COPY a.txt <WORKDIR>\",
        r"WORKDIR <WORKDIR>\app",
        r"COPY b.txt <WORKDIR>\app\sub\",
        r"folder   <WORKDIR>\app\x",
        r"write    C:\z.txt (3 bytes)",
        r"COPY a.txt C:\w\",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let json = serde_json::to_string(&plan).unwrap();
    assert!(json.is_ascii() && json.contains(r"<WORKDIR>\\app\\x"), "{json}");
    // Microsoft's own start in the root.
    let (document, plan) = of("mcr.microsoft.com/windows/nanoserver:ltsc2022");
    assert!(text("x", &document, &plan).contains(r"COPY b.txt C:\app\sub\"));
}

#[test]
fn a_base_that_nobody_knows_has_the_shell_that_its_commands_are_written_for() {
    let run = "RUN Invoke-WebRequest https://x.example/a.zip -OutFile C:\\a.zip; Expand-Archive C:\\a.zip C:\\a\n";
    let (document, plan) = planned(&format!("# escape=`\nFROM x/y\n{run}"), Split::Off).unwrap();
    assert!(matches!(&plan.stages[0].steps[0].place, Place::Lowered(operations) if operations.len() == 2));
    let shown = text("x", &document, &plan);
    assert!(shown.contains("its shell taken for powershell from what it does"), "{shown}");
    // What is known is not guessed, and neither is what is written for cmd.
    for file in
        [format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{run}"), "FROM x/y\nRUN mkdir C:\\a\n".to_owned()]
    {
        let (document, plan) = planned(&format!("# escape=`\n{file}"), Split::Off).unwrap();
        assert!(!text("x", &document, &plan).contains("its shell"), "{file}");
        assert_eq!(plan.stages[0].steps[0].state.shell[0], "cmd");
    }
}

/// How steps share them is tested where they are (`plan::variables`).
#[test]
fn thousands_of_variables_are_shared_between_steps() {
    let lines: String = (0..1_000).map(|number| format!("ENV V{number}=1\nARG A{number}=1\n")).collect();
    let (_, plan) = planned(&format!("# escape=`\nFROM x/y\n{lines}RUN dir\n"), Split::Off).unwrap();
    let steps = &plan.stages[0].steps;
    let state = &steps[2_000].state;
    assert_eq!((state.env.pairs().len(), state.args.pairs().len()), (1_000, 1_000));
    assert_eq!((steps[100].state.env.pairs().len(), steps[101].state.args.pairs().len()), (50, 50));
}

#[test]
fn an_image_never_gets_more_layers_than_windows_takes() {
    let installs: Vec<String> = (0..300).map(|number| format!("choco install -y p{number}")).collect();
    let text = dockerfile_of(&format!("powershell-stop\nRUN {}", installs.join("; "))).unwrap();
    let (document, plan) = planned(&text, Split::Max).unwrap();
    let steps = &plan.stages[0].steps;
    let layers = steps.iter().filter(|step| step.text.starts_with("RUN") || step.text.starts_with("WORKDIR")).count();
    assert!((100..=119).contains(&layers), "{layers}");
    let once = format::dockerfile(&plan, &document);
    let (document, again) = planned(&once, Split::Max).unwrap();
    assert_eq!(format::dockerfile(&again, &document), once);
}

#[test]
fn a_unit_finds_what_the_one_before_it_has_set_for_the_machine() {
    let text = dockerfile_of("cmd\nRUN setx /M HOME_OF_IT C:\\it && prog.exe").unwrap();
    let (_, plan) = planned(&text, Split::Max).unwrap();
    let program = plan.stages[0].steps.last().unwrap();
    assert!(matches!(program.place, Place::Engine(_)) && program.unit.as_ref().is_some_and(|unit| unit.count == 2));
    assert_eq!(program.state.machine.get("HOME_OF_IT"), Some("C:\\it"));
}

/// The work must not grow with the cube of the number: this would take minutes.
#[test]
fn thousands_of_statements_are_planned() {
    let folders: Vec<String> = (0..2_000).map(|number| format!("mkdir a{number}")).collect();
    let text = dockerfile_of(&format!("cmd\nRUN {}", folders.join(" && "))).unwrap();
    let (_, plan) = planned(&text, Split::Installs).unwrap();
    let unit = plan.stages[0].steps.last().unwrap().unit.as_ref().unwrap();
    assert_eq!((unit.statements.clone(), unit.cuts.len()), (0..2_000, 1_999));
}

#[test]
fn no_secret_is_in_any_form_of_a_plan() {
    let text = std::fs::read_to_string(root().join("testdata/samples/secrets-in-env.Dockerfile")).unwrap();
    let (document, plan) = planned(&text, Split::Installs).unwrap();
    let secrets = rules::secrets(&document, &rules::Policy::default());
    assert!(!secrets.spans().is_empty());
    let hidden = format::Hidden::new(&document, &BTreeMap::new());
    let view = format::View { plan: &plan, path: "x", secrets: &hidden, style: Style::Plain };
    for shown in [format::text(&view), format::json(&view), format::mermaid(&view)] {
        for span in secrets.spans() {
            let secret = document.source.slice(*span);
            assert!(secret.len() < 6 || !shown.contains(secret), "{secret}");
        }
    }
}

#[test]
fn the_value_of_a_secret_argument_is_in_no_form_of_a_plan() {
    let text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nARG NPM_TOKEN\nRUN curl -H X-Token:%NPM_TOKEN% -o a https://h/%NPM_TOKEN%\nRUN powershell echo %NPM_TOKEN% ^> b\nRUN echo a && choco install -y b && echo c\n";
    let given = BTreeMap::from([("NPM_TOKEN".to_owned(), "x-tok1234".to_owned())]);
    let (document, plan) = with(text, Split::Max, "amd64", &given, None).unwrap();
    let hidden = format::Hidden::new(&document, &given);
    let view = format::View { plan: &plan, path: "x", secrets: &hidden, style: Style::Plain };
    let forms =
        [format::text(&view), format::json(&view), format::mermaid(&view), format::dockerfile(&plan, &document)];
    for shown in &forms {
        assert!(!shown.contains("tok1234"), "{shown}");
        // What PowerShell writes to a file is UTF-16, and shown in Base64.
        assert!(!shown.contains("base64:"), "{shown}");
    }
    assert!(forms[0].contains("https://h/***") && forms[0].contains(r"write    C:\b"), "{}", forms[0]);
    // What is handed to another builder is the user's file, in which arguments have no values.
    assert!(forms[3].contains("ARG NPM_TOKEN\n"));
}

#[test]
fn a_guessed_platform_says_from_what() {
    for (from, guessed) in [
        ("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022", ""),
        ("FROM --platform=windows/amd64 team/app", ""),
        ("FROM team/app-windows", ", guessed from the base's name"),
        ("FROM team/app\nRUN powershell dir", ", guessed from what it does"),
        ("FROM team/app", ", guessed from nothing but that wbuild builds for Windows"),
    ] {
        let (document, plan) = planned(&format!("{from}\n"), Split::Off).unwrap();
        let shown = text("Dockerfile", &document, &plan);
        assert!(shown.contains(&format!("[windows/amd64{guessed}, its config not read yet]")), "{from}: {shown}");
    }
}

#[test]
fn a_stage_has_the_arguments_of_the_stage_that_it_builds_on() {
    let base = "mcr.microsoft.com/windows/servercore:ltsc2022";
    let file = format!(
        "FROM {base} AS a\nARG V=3355\nFROM a\nLABEL version=$V\nRUN mkdir C:\\%V%\nFROM {base}\nLABEL none=[$V]\n"
    );
    let (document, plan) = planned(&file, Split::Off).unwrap();
    let shown = text("Dockerfile", &document, &plan);
    assert!(shown.contains("LABEL none=[]"), "{shown}");
    let (document, plan) = planned(file.rsplit_once("FROM").unwrap().0, Split::Off).unwrap();
    let shown = text("Dockerfile", &document, &plan);
    assert!(shown.contains("LABEL version=3355") && shown.contains(r"C:\3355"), "{shown}");
}

#[test]
fn a_windows_image_from_nothing_is_refused_by_the_plan() {
    let error = planned("FROM scratch AS a\nCOPY a /\nFROM a\nENV B=1\n", Split::Off).unwrap_err();
    assert!(error.starts_with("Dockerfile:1:1: Windows has no images FROM scratch"), "{error}");
    for fine in
        ["FROM --platform=linux/amd64 scratch\n", "FROM scratch AS a\nCOPY a /\nFROM team/app\nCOPY --from=a / /\n"]
    {
        assert!(planned(fine, Split::Off).is_ok(), "{fine}");
    }
}

/// A context whose every file has this content.
struct Everywhere(&'static str);

impl ContextListing for Everywhere {
    fn digest(&self, _: Option<&str>, source: &str, _: &[String]) -> Option<Digest> {
        Some(Digest::of(format!("{source} {}", self.0).as_bytes()))
    }
}

/// The digests of the keys of steps of one kind.
fn keys(text: &str, content: &'static str, architecture: &str, kind: &str) -> Vec<Digest> {
    let (_, plan) =
        with(text, Split::Off, architecture, &BTreeMap::new(), Some(&Everywhere(content))).expect("it is planned");
    let of_kind = |action: &Action| match action {
        Action::Copy(_) => kind == "copy",
        Action::Run { .. } => kind == "run",
        _ => false,
    };
    plan.stages[0].steps.iter().filter(|step| of_kind(&step.action)).map(|step| step.key.digest.clone()).collect()
}

#[test]
fn a_key_changes_when_what_matters_does_and_not_otherwise() {
    let base = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY a C:/a\nRUN npm ci\nRUN mkdir C:\\b\n";
    let of = |text: &str, kind| keys(text, "1", "amd64", kind);
    let before = |line: &str| base.replace("RUN npm", &format!("{line}\nRUN npm"));
    for (name, text, copies, programs, lowered) in [
        ("a comment", before("# why"), true, true, true),
        ("a label", before("LABEL a=b"), true, true, true),
        ("a command", before("CMD dir"), true, true, true),
        ("a port", before("EXPOSE 80"), true, true, true),
        ("a proxy", before("ARG HTTP_PROXY=http://p"), true, true, true),
        ("a policy", before("# wbuild: retries=1"), true, true, true),
        ("a variable", before("ENV A=b"), true, false, false),
        ("an argument", before("ARG A=b"), true, false, false),
        ("a user", before("USER ContainerAdministrator"), true, false, false),
        ("another text", base.replace("npm ci", "npm i"), true, false, false),
        ("another source", base.replace("COPY a ", "COPY b "), false, false, false),
        ("another base", base.replace("ltsc2022", "ltsc2019"), false, false, false),
    ] {
        assert_eq!(of(&text, "copy") == of(base, "copy"), copies, "{name}");
        let (old, new) = (of(base, "run"), of(&text, "run"));
        assert_eq!(old[0] == new[0], programs, "{name}");
        // The second RUN stands on the files of the first.
        assert_eq!(old[1] == new[1], lowered, "{name}");
    }
    assert_ne!(keys(base, "1", "amd64", "copy"), keys(base, "2", "amd64", "copy"));
    assert_ne!(keys(base, "1", "amd64", "run"), keys(base, "1", "arm64", "run"));
    assert_eq!(of(base, "run"), of(base, "run"));
}

#[test]
fn a_lowered_run_is_found_by_what_it_does() {
    let base = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nENV V=1\nRUN mkdir C:\\b\n";
    let of = |text: &str| keys(text, "1", "amd64", "run");
    assert_eq!(of(base), of(&base.replace("V=1", "V=2")), "the variable is not used");
    assert_eq!(of(base), of(&base.replace("mkdir", "md")), "the operation is the same");
    assert_eq!(of(&base.replace("b\n", "%V%\n")), of(&base.replace("b\n", "1\n")));
    assert_ne!(of(base), of(&base.replace("C:\\b", "C:\\c")));
}

#[test]
fn a_key_is_complete_when_all_inputs_are_known() {
    let text = "FROM scratch\nCOPY a /a\nADD https://example.com/a /b\n";
    let complete = |files: Option<&dyn ContextListing>| -> Vec<bool> {
        let (_, plan) = with(text, Split::Off, "amd64", &BTreeMap::new(), files).expect("it is planned");
        plan.stages[0].steps.iter().map(|step| step.key.complete).collect()
    };
    assert_eq!(complete(None), [false, false]);
    assert_eq!(complete(Some(&Everywhere("1"))), [true, false], "what a server has may change");
}
