//! Stages, variables, effective settings and platforms.

use dockerfile::document::{Builder, Document};
use dockerfile::model::{Base, Evidence, Os};
use dockerfile::script::Dialect;
use dockerfile::source::Source;

const SERVER: &str = "mcr.microsoft.com/windows/servercore:ltsc2022";
const NANO: &str = "mcr.microsoft.com/windows/nanoserver:ltsc2022";

fn document(text: &str) -> Document {
    Document::new(Source::new(text.replace("SERVER", SERVER).replace("NANO", NANO).into_bytes()), Builder::Any)
}

/// The platforms of the stages.
fn platforms(text: &str) -> Vec<Os> {
    document(text).model.stages.iter().map(|stage| stage.os).collect()
}

#[test]
fn a_platform_comes_from_the_flag_the_image_the_parent_the_content_and_the_file() {
    use Os::{Linux, Unknown, Windows};
    for (text, expected) in [
        ("FROM SERVER", vec![Windows]),
        ("FROM alpine:3", vec![Linux]),
        ("FROM --platform=windows/amd64 golang:1.23", vec![Windows]),
        // The flag contradicts the image, which only exists for Windows.
        ("FROM --platform=linux/amd64 SERVER", vec![Windows]),
        ("ARG P=windows/amd64\nFROM --platform=$P golang:1.23", vec![Windows]),
        ("FROM SERVER AS a\nFROM a\nFROM alpine\nFROM A", vec![Windows, Windows, Linux, Windows]),
        ("ARG TAG\nFROM mcr.microsoft.com/windows/servercore:${TAG}", vec![Windows]),
        ("ARG BASE=SERVER\nFROM ${BASE}", vec![Windows]),
        ("ARG BASE\nFROM ${BASE}", vec![Unknown]),
        ("ARG BASE\nFROM ${BASE}\nRUN powershell -Command Get-Date", vec![Windows]),
        ("ARG BASE\nFROM ${BASE}\nRUN apt-get update", vec![Linux]),
        ("# escape=`\nARG BASE\nFROM ${BASE}", vec![Windows]),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR C:\\app", vec![Windows]),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN dotnet build", vec![Unknown]),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022", vec![Windows]),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0-alpine", vec![Linux]),
    ] {
        assert_eq!(platforms(text), expected, "{text}");
    }
    let by_content = document("ARG BASE\nFROM ${BASE}\nUSER ContainerUser");
    assert!(matches!(by_content.model.stages[0].evidence, Evidence::Content(_)));
}

#[test]
fn stages_inherit_settings_and_variables() {
    let document = document(
        "FROM SERVER AS base\nSHELL [\"pwsh\", \"-c\"]\nUSER ContainerUser\nWORKDIR C:/app\nENV A=1 B=2\nARG C=3\n\
         FROM base\nARG D\nENV A=4\nRUN echo $A",
    );
    let last = document.model.steps.len() - 1;
    let state = &document.model.steps[last].state;
    assert_eq!(document.model.stages[1].base, Base::Stage(0));
    assert_eq!(state.shell.dialect, Some(Dialect::PowerShell));
    assert_eq!(state.user.as_ref().map(|user| user.value.as_str()), Some("ContainerUser"));
    assert_eq!(state.workdir.as_ref().map(|folder| folder.value.as_str()), Some("\\app"));
    let value = |name: &str| document.model.variable(last, name).map(|variable| variable.value.as_deref());
    assert_eq!(value("A"), Some(Some("4")));
    assert_eq!(value("b"), Some(Some("2")), "names on Windows are not case-sensitive");
    assert_eq!(value("C"), Some(Some("3")), "BuildKit hands arguments on to the stages that build on theirs");
    assert_eq!(value("D"), Some(None), "only the build knows the value");
}

#[test]
fn env_counts_before_arg_and_global_args_need_to_be_named_again() {
    let document = document("ARG G=g\nFROM SERVER\nENV X=${G}\nARG G\nENV Y=${G}\nENV E=env\nARG E=arg\nENV Z=$E");
    let last =
        document.model.stages[0].variables.iter().map(|variable| (variable.name.as_str(), variable.value.as_deref()));
    let found: Vec<_> = last.collect();
    assert!(found.contains(&("X", Some(""))));
    assert!(found.contains(&("Y", Some("g"))));
    assert!(found.contains(&("Z", Some("env"))));
}

#[test]
fn the_shell_comes_from_the_image_until_an_instruction_sets_it() {
    for (text, dialect, prologue) in [
        ("FROM SERVER\nRUN x", Some(Dialect::Cmd), ""),
        ("FROM alpine\nRUN x", Some(Dialect::Posix), ""),
        (
            "FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2019\nRUN x",
            Some(Dialect::WindowsPowerShell),
            "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';",
        ),
        (
            "FROM SERVER\nSHELL [\"powershell\", \"-Command\", \"$x = 1;\"]\nRUN x",
            Some(Dialect::WindowsPowerShell),
            "$x = 1;",
        ),
        ("FROM SERVER\nSHELL [\"C:\\\\LogMonitor.exe\", \"powershell\"]\nRUN x", Some(Dialect::WindowsPowerShell), ""),
        ("FROM SERVER\nSHELL [\"python\", \"-c\"]\nRUN x", None, ""),
        ("ARG B\nFROM $B\nRUN x", None, ""),
    ] {
        let document = document(text);
        let shell = &document.model.steps.last().expect("there are steps").state.shell;
        assert_eq!((shell.dialect, shell.prologue()), (dialect, prologue), "{text}");
    }
}

#[test]
fn scripts_are_read_by_the_shell_in_force() {
    let document = document(
        "# escape=`\nFROM SERVER\nRUN a && b\nSHELL [\"powershell\", \"-Command\"]\nRUN Write-Host \"x y\"; `\n  iwr z\n\
         CMD [\"cmd\", \"/c\", \"dir & ver\"]\nRUN <<EOF\nfirst\nsecond\nEOF\nONBUILD RUN Get-Date",
    );
    let names = |step: usize| -> Vec<String> {
        let script = &document.model.steps[step].script.as_ref().expect("a script").script;
        script.commands().iter().map(|(_, command)| command.name.text.clone()).collect()
    };
    assert_eq!(names(1), ["a", "b"]);
    assert_eq!(names(3), ["Write-Host", "iwr"]);
    assert_eq!(names(4), ["cmd", "dir", "ver"]);
    assert_eq!(names(5), ["first", "second"]);
    assert_eq!(names(6), ["Get-Date"]);
    let script = &document.model.steps[3].script.as_ref().expect("a script").script;
    let commands = script.commands();
    assert_eq!(document.source.slice(commands[1].1.span), "iwr z", "a place behind a continuation");
    assert_eq!(
        commands[0].1.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(),
        ["x", "y"],
        "bare quotes are lost"
    );
}

#[test]
fn an_image_keeps_what_only_the_build_knows() {
    let document = document("ARG TAG\nARG REPO=mcr.microsoft.com/windows/servercore\nFROM ${REPO}:${TAG}");
    let image = document.model.stages[0].image.as_ref().expect("an image");
    assert_eq!(image.text.text(), "mcr.microsoft.com/windows/servercore:${TAG}");
    assert!(!image.certain);
    assert!(document.model.stages[0].facts.is_some());
}

#[test]
fn values_do_not_grow_without_end() {
    let document = document(&format!("FROM SERVER\nENV A=xxxxxxxx\n{}", "ENV A=$A$A\n".repeat(200)));
    assert!(
        document.model.stages[0]
            .variables
            .iter()
            .all(|variable| variable.value.as_ref().is_none_or(|value| value.len() <= 1 << 14))
    );
}

#[test]
fn a_lineage_is_the_stage_and_those_that_it_builds_on() {
    let document = document("FROM SERVER AS a\nFROM a AS b\nFROM scratch\nFROM b");
    let lineage = |stage: usize| document.model.lineage(stage).map(|stage| stage.index).collect::<Vec<_>>();
    assert_eq!((lineage(3), lineage(2), lineage(9)), (vec![3, 1, 0], vec![2], vec![]));
}

#[test]
fn values_are_put_into_some_words_only() {
    let document = document(
        "FROM a\nENV A=$x B\\ C=$y\nCOPY a \"b\" c\nCOPY [\"a\" \"b\"]\nUSER u v\nMAINTAINER me\nRUN $x\nVOLUME [\"v\"]\nEXPOSE 80 81\nARG Z",
    );
    let words: Vec<String> = document
        .reading()
        .instructions
        .iter()
        .map(|instruction| instruction.expanded_words().iter().map(|word| word.as_str()).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(words, ["a", "$x|$y", "a|\"b\"|c", "", "u v", "", "", "v", "80|81", ""]);
}
