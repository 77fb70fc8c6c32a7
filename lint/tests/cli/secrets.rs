//! A secret's value is in nothing that the command writes, whatever is asked of it.

use crate::Folder;

/// What every secret in these files is.
const CANARY: &str = "C4nary-Qx7!";

const FORMATS: [&str; 11] =
    ["text", "concise", "json", "sarif", "github", "azure", "gitlab", "junit", "checkstyle", "teamcity", "markdown"];

/// Secrets in every place that the rules know, and other mistakes on the same lines.
const FILES: &[&str] = &[
    "ENV DB_PASSWORD=C4nary-Qx7!\nENV DB_PASSWORD C4nary-Qx7!\nENV DB_PASSWORD=\"C4nary-Qx7!\" API_KEY='C4nary-Qx7!'\n",
    "ARG NPM_TOKEN=C4nary-Qx7!\nENV X=${DB_PASSWORD:-C4nary-Qx7!} DB_PASSWORD=${Y:-C4nary-Qx7!}\n",
    "ENV DB_PASSWORD=C4nary-Qx7! second word\nENV API_KEY=C4nary-Qx7!\\\n\n  X=1\n",
    "ENV C=\"Server=db;User Id=sa;Password=C4nary-Qx7!\"\nLABEL c=\"Server=db;Password=C4nary-Qx7!\"\n",
    "RUN net user bob C4nary-Qx7! /add\nRUN [\"net\", \"user\", \"bob\", \"C4nary-Qx7!\"]\n",
    "RUN powershell -Command ConvertTo-SecureString 'C4nary-Qx7!' -AsPlainText -Force\n",
    "RUN net use \\\\srv\\x C4nary-Qx7! && docker login -u x -p C4nary-Qx7! && setx NPM_TOKEN C4nary-Qx7!\n",
    "RUN git clone https://u:C4nary-Qx7!@host/x && msiexec /i x.msi PASSWORD=C4nary-Qx7!\n",
    "CMD app --password C4nary-Qx7!\nCMD [\"app\", \"--token=C4nary-Qx7!\"]\nENTRYPOINT app C4nary-Qx7!\n",
    "ONBUILD ENV DB_PASSWORD=C4nary-Qx7!\nWORKDIR C:\\C4nary-Qx7!\\bin\nUSER C4nary-Qx7!\nENV DB_PASSWORD=C4nary-Qx7!\n",
    "ENV A=1\nDB_PASSWORD=C4nary-Qx7!\n# wlint: ignore=C4nary-Qx7!\n# NPM_TOKEN=C4nary-Qx7!\nCMD a\n",
    "ENV DB_PASSWORD=C4nary-Qx7!\nCOPY C4nary-Qx7!.txt C:\\C4nary-Qx7!\\x\\\nFROM C4nary-Qx7!\nCOPY --from=C4nary-Qx7! a b\n",
];

/// The files, each also with other line endings, a directive, a mark, or in another encoding.
fn folder() -> Folder {
    let folder = Folder::new();
    for (number, body) in FILES.iter().enumerate() {
        let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{body}");
        let utf16 = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let forms =
            [text.clone(), text.replace('\n', "\r\n"), format!("# escape=`\n{text}"), format!("\u{FEFF}{text}")];
        for (form, bytes) in forms.map(String::into_bytes).into_iter().chain([utf16]).enumerate() {
            folder.write(&format!("{number}-{form}.dockerfile"), &bytes);
        }
    }
    folder
}

fn silent(folder: &Folder, args: &[&str]) {
    let run = folder.run(args);
    assert!(run.code < 2 && !run.out.is_empty(), "{args:?} {run:?}");
    for line in run.out.lines().chain(run.err.lines()) {
        assert!(!line.contains(CANARY), "{args:?}: {line}");
    }
}

#[test]
fn no_report_shows_a_secret() {
    let folder = folder();
    for format in FORMATS {
        silent(&folder, &["check", "--format", format]);
        silent(&folder, &["check", "--format", format, "--ignore", "secret"]);
        silent(&folder, &["check", "--format", format, "--color", "always"]);
    }
    silent(&folder, &["check", "--diff", "--unsafe-fixes"]);
    silent(&folder, &["check", "--diff", "--color", "always"]);
    silent(&folder, &["check", "--fix", "--unsafe-fixes", "--format", "json"]);
}

#[test]
fn show_masks_secrets() {
    let folder = folder();
    for number in 0..FILES.len() {
        for form in 0..5 {
            let format = if form % 2 == 0 { "json" } else { "text" };
            silent(&folder, &["show", "--format", format, &format!("{number}-{form}.dockerfile")]);
        }
        silent(&folder, &["show", "--format", "text", &format!("{number}-0.dockerfile")]);
    }
}

#[test]
fn a_message_that_is_cut_shows_no_part_of_a_secret() {
    let text = format!("FROM x\nRUN a\nSOME_LONG_NAME_DB_PASSWORD=\"{}\"\n", CANARY.repeat(10));
    let run = Folder::with(&[("Dockerfile", text.as_bytes())]).run(&["check"]);
    assert!(run.out.contains("SOME_LONG_NAME_DB_PASSWORD=") && !run.out.contains(&CANARY[..6]), "{}", run.out);
}

#[test]
fn fixing_leaves_secrets_in_the_file() {
    let text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nENV DB_PASSWORD=C4nary-Qx7!\nCMD a\nCMD b\n";
    let folder = Folder::with(&[("Dockerfile", text.as_bytes())]);
    folder.run(&["check", "--fix", "--select", "multiple-cmd-entrypoint"]);
    assert_eq!(folder.read("Dockerfile"), text.replace("CMD a", "# CMD a").into_bytes());
}
