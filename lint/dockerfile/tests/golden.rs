//! What the builder sees: the cases that were verified with BuildKit's own frontend for windows/amd64.

use dockerfile::document::{Builder, Document, Reading};
use dockerfile::model::Model;
use dockerfile::model::view::{View, view};
use dockerfile::source::Source;

const FROM: &str = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n";

/// The instructions after `FROM` as the builder sees them.
fn views(text: &str) -> Vec<View> {
    let document = Document::new(Source::new(text.into()), Builder::Any);
    let reading: &Reading = &document.built;
    let model = Model::new(reading, &document.source);
    reading.instructions.iter().skip(1).map(|instruction| view(&model, instruction.index, instruction)).collect()
}

fn lines(body: &str) -> Vec<String> {
    views(&format!("{FROM}{body}")).iter().map(View::line).collect()
}

fn backtick(body: &str) -> Vec<View> {
    views(&format!("# escape=`\n{FROM}{body}"))
}

#[test]
fn the_default_escape_character_eats_backslashes() {
    for (body, seen) in [
        (r"WORKDIR C:\app\bin", r"WORKDIR \appbin"),
        ("WORKDIR C:\\\nRUN dir", r"WORKDIR \RUN dir"),
        (
            "COPY x.txt C:\\data\\\nRUN dir C:\\\nENTRYPOINT [\".\\StartApp.ps1\"]",
            r"COPY x.txt C:dataRUN dir C:ENTRYPOINT [.\StartApp.ps1]",
        ),
        (r#"WORKDIR "C:\app\bin""#, r"WORKDIR \app\bin"),
        (r#"ENV FOO=C:\temp\new BAR="C:\Program Files\x""#, r"ENV FOO=C:tempnew BAR=C:\Program Files\x"),
        (r"ENV GOPATH C:\\go", r"ENV GOPATH=C:\go"),
        (r#"COPY ["x","C:\\data\\y.txt"]"#, "COPY x C:datay.txt"),
        (r#"VOLUME ["C:\\vol2\\x"]"#, "VOLUME C:vol2x"),
        (r#"ENV PATH="C:\tools;${PATH}""#, r"ENV PATH=C:\tools;"),
    ] {
        assert_eq!(lines(body), [seen], "{body}");
    }
}

#[test]
fn a_failed_json_form_becomes_the_shell_form() {
    assert_eq!(
        lines(r#"ENTRYPOINT [".\StartApp.ps1"]"#),
        [r#"ENTRYPOINT ["cmd","/S","/C","[\".\\StartApp.ps1\"]"]"#]
    );
    assert_eq!(lines(r#"HEALTHCHECK CMD ["C:\app\h.exe"]"#), [r#"HEALTHCHECK CMD ["C:\app\h.exe"]"#]);
    assert!(!views(&format!("{FROM}HEALTHCHECK CMD [\"C:\\app\\h.exe\"]"))[0].is_command);
}

#[test]
fn the_backtick_leaves_backslashes_alone() {
    assert_eq!(backtick(r#"COPY ["x","C:\\data\\y.txt"]"#)[0].line(), r"COPY x C:\data\y.txt");
    assert_eq!(backtick(r#"COPY ["Dockerfile", "C:\Temp\"]"#)[0].line(), r"COPY [Dockerfile, C:\Temp\]");
    let one_word = backtick(r#"COPY ["Dockerfile","C:\Temp\"]"#)[0].error.clone().map(|(message, _)| message);
    assert!(one_word.is_some_and(|message| message.starts_with("COPY requires at least two arguments")));
}

#[test]
fn paths_that_windows_cannot_take_stop_the_build() {
    for (body, message) in [
        (r"WORKDIR D:\app", "The specified path is not on the system drive (C:)"),
        ("WORKDIR C:", "No relative path specified in \"C:\""),
        (r"COPY a \\srv\x", "UNC paths are not supported"),
        (r"COPY a D:\x", "The specified path is not on the system drive (C:)"),
    ] {
        let error = backtick(body)[0].error.clone().map(|(message, _)| message);
        assert_eq!(error.as_deref(), Some(message), "{body}");
    }
}
