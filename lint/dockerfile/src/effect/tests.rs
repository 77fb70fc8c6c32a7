//! Command lines of every shell and what they do.

use super::*;
use crate::script::{Call, Expression, MemberCall, Quote, Script, Separator, Variable, Word};
use crate::splice::Spliced;

const CMD: Dialect = Dialect::Cmd;
const PS5: Dialect = Dialect::WindowsPowerShell;
const PS7: Dialect = Dialect::PowerShell;
const SH: Dialect = Dialect::Posix;

/// Words split at blanks outside quotes; a list (`a, b`) stays one word.
fn words(line: &str) -> Vec<Word> {
    let (mut found, mut start, mut open) = (Vec::new(), None, None);
    for (at, char) in line.char_indices().chain([(line.len(), ' ')]) {
        match open {
            Some(quote) if char == quote => open = None,
            Some(_) => {}
            None if matches!(char, '\'' | '"') => {
                open = Some(char);
                start.get_or_insert(at);
            }
            None if char.is_whitespace() && !line[..at].ends_with(',') => {
                if let Some(from) = start.take() {
                    found.push(word(&line[from..at], from));
                }
            }
            None => {
                start.get_or_insert(at);
            }
        }
    }
    found
}

fn word(raw: &str, at: usize) -> Word {
    let quoted =
        |quote| raw.len() > 1 && raw.starts_with(quote) && raw.ends_with(quote) && raw.matches(quote).count() == 2;
    let (quote, text) = match () {
        () if quoted('\'') => (Quote::Single, raw[1..raw.len() - 1].to_owned()),
        () if quoted('"') => (Quote::Double, raw[1..raw.len() - 1].to_owned()),
        () => (Quote::None, raw.replace('"', "")),
    };
    let span = Span::new(at as u32, (at + raw.len()) as u32);
    let variables = match text.starts_with('$') {
        true => vec![Variable { name: text[1..].to_owned(), scope: String::new(), span }],
        false => Vec::new(),
    };
    Word { raw: raw.to_owned(), text, quote, variables, statements: Vec::new(), span }
}

fn command(line: &str) -> Command {
    let mut words = words(line);
    let name = words.remove(0);
    let span = Span::new(0, line.len() as u32);
    Command { call: Call::Plain, name, words, redirections: Vec::new(), span, expression: None, nested: None }
}

/// An expression `target::member(arguments)`.
fn expression(target: &str, member: &str, is_static: bool, arguments: &str) -> Command {
    let span = Span::new(3, 9);
    let (target, member) = (target.to_owned(), member.to_owned());
    let call = MemberCall { target, member, is_static, arguments: Some(words(arguments)), span };
    let expression = Expression { calls: vec![call], statements: Vec::new() };
    Command { expression: Some(expression), words: Vec::new(), ..command("[x]::y()") }
}

fn statement(kind: StatementKind) -> Statement {
    Statement { kind, span: Span::new(0, 5), separator: Separator::End, separator_span: Span::at(5) }
}

fn shown(effects: &[Effect]) -> String {
    effects.iter().map(|effect| show(&effect.kind)).collect::<Vec<_>>().join("; ")
}

fn show(kind: &EffectKind) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    match kind {
        EffectKind::Download { url, dest, tool } => format!("{tool:?} {} > {}", or(url), or(dest)),
        EffectKind::Install { technology, product, file, silent, waits } => {
            let silent = silent.map_or("silent?", |silent| if silent { "silent" } else { "asks" });
            let waits = if *waits { "waits" } else { "leaves" };
            format!(
                "install {technology:?} {} {} {silent} {waits}",
                product.map_or("-", |product| product.id),
                or(file)
            )
        }
        EffectKind::Extract { archive, dest } => format!("extract {} > {}", or(archive), or(dest)),
        EffectKind::Write { path } => format!("write {path}"),
        EffectKind::Remove { path, recurse } => format!("remove {path}{}", if *recurse { "/**" } else { "" }),
        EffectKind::MakeDir { path } => format!("mkdir {path}"),
        EffectKind::Copy { from, to } => format!("copy {from} > {}", or(to)),
        EffectKind::Move { from, to } => format!("move {from} > {}", or(to)),
        EffectKind::SetEnv { name, value, scope, how } => format!("{scope:?} {name}={} {how:?}", or(value)),
        EffectKind::ChangeDir { path } => format!("cd {path}"),
        EffectKind::StartService { name } => format!("service {name}"),
        EffectKind::CreateUser { name, password } => {
            format!("user {name} {}", password.as_ref().map_or("-", Hidden::expose))
        }
        EffectKind::SetPassword { name, password } => {
            format!("password {name} {}", password.as_ref().map_or("-", Hidden::expose))
        }
        EffectKind::RunScript { path } => format!("script {path}"),
        EffectKind::InstallFeature { features } => format!("feature {}", features.join(",")),
        EffectKind::PackageInstall { manager, packages } => format!("{manager:?} {}", packages.join(",")),
        other => format!("{other:?}"),
    }
}

fn check(dialect: Dialect, rows: &[(&str, &str)]) {
    for (line, expected) in rows {
        let effects = classify(&command(line), dialect, &EffectContext::default());
        assert_eq!(shown(&effects), *expected, "{line}");
        assert!(effects.iter().all(|effect| effect.span == Span::new(0, line.len() as u32)), "{line}");
    }
}

#[test]
fn cmd_built_ins() {
    check(
        CMD,
        &[
            ("set X=1", "Process X=1 Set"),
            ("set \"X=a b\"", "Process X=a b Set"),
            ("SET X=a b", "Process X=a b Set"),
            ("set /a X=1+1", "Process X=- Set"),
            ("cd /d C:\\app", "cd C:\\app"),
            ("cd", "Print"),
            ("md C:\\a C:\\b", "mkdir C:\\a; mkdir C:\\b"),
            ("rmdir /s/q C:\\a", "remove C:\\a/**"),
            ("del /f /q a.txt b.txt", "remove a.txt; remove b.txt"),
            ("copy /y a b", "copy a > b"),
            ("copy nul C:\\x", "write C:\\x"),
            ("move a b", "move a > b"),
            ("ren a b", "move a > b"),
            ("mklink /D C:\\l C:\\t", "write C:\\l"),
            ("call foo.bat x", "script foo.bat"),
            ("@echo off", "Print"),
            ("foo", "Unknown"),
        ],
    );
}

#[test]
fn cmd_programs() {
    check(
        CMD,
        &[
            ("setx /M PATH C:\\x", "Machine PATH=C:\\x Setx"),
            ("setx X 1", "User X=1 Setx"),
            ("setx X 1 /m", "Machine X=1 Setx"),
            (
                "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment\" /v X /t REG_SZ /d 1 /f",
                "Machine X=1 Registry",
            ),
            ("reg add HKCU\\Environment /v X /d 1", "User X=1 Registry"),
            ("reg add HKLM\\Software\\X /v X /d 1", "Unknown"),
            ("net user bob P@ss /add", "user bob P@ss"),
            ("net user bob * /add", "user bob -"),
            ("net user administrator P@ss", "password administrator P@ss"),
            ("net start w3svc", "service w3svc"),
            ("sc.exe start w3svc", "service w3svc"),
            ("netdom join x /domain:y", "DomainJoin"),
            ("timeout /t 5", "Sleep"),
            ("ping -n 5 127.0.0.1", "Sleep"),
            ("ping -t localhost", "KeepAlive"),
            ("robocopy C:\\a C:\\b /e", "copy C:\\a > C:\\b"),
            ("robocopy C:\\a C:\\b /MOVE", "move C:\\a > C:\\b"),
            ("xcopy /y /i a b", "copy a > b"),
            ("\"C:\\VS\\VC\\Auxiliary\\Build\\vcvars64.bat\"", "script C:\\VS\\VC\\Auxiliary\\Build\\vcvars64.bat"),
            ("powershell -NoProfile -File C:\\x.ps1 -A 1", "script C:\\x.ps1"),
            ("build.cmd", "script build.cmd"),
            ("dism /Online /Enable-Feature /FeatureName:IIS-ASP /All", "feature IIS-ASP"),
            ("dism /Online /Add-Capability /CapabilityName:NetFx3~~~~", "feature NetFx3~~~~"),
            (
                "dism /Online /Quiet /Add-Package /PackagePath:C:\\p\\x.cab",
                "install Servicing gen-cab C:\\p\\x.cab silent waits",
            ),
            ("wusa x.msu /quiet", "install Servicing gen-msu x.msu silent waits"),
        ],
    );
}

#[test]
fn downloads_and_archives() {
    check(
        CMD,
        &[
            ("curl.exe -fSLo C:\\t.zip https://x/t.zip", "Curl https://x/t.zip > C:\\t.zip"),
            ("curl -H Accept:x --retry 3 --output t.zip https://x/t.zip", "Curl https://x/t.zip > t.zip"),
            ("curl -LO https://x/a/t.zip?sig=1", "Curl https://x/a/t.zip?sig=1 > t.zip"),
            ("curl -sS https://x/", "Curl https://x/ > -"),
            ("curl -o a https://x/a -o b https://x/b", "Curl https://x/a > a; Curl https://x/b > b"),
            ("curl --version", "Print"),
            ("certutil -urlcache -split -f https://x/a a", "Certutil https://x/a > a"),
            ("certutil -hashfile a SHA256", "Unknown"),
            ("bitsadmin /transfer j https://x/a C:\\a", "Bits https://x/a > C:\\a"),
            ("tar -xf t.zip -C C:\\t", "extract t.zip > C:\\t"),
            ("tar -C C:\\t -zxf t.zip", "extract t.zip > C:\\t"),
            ("tar xzf t.tgz", "extract t.tgz > -"),
            ("tar -czf t.tgz a", "write t.tgz"),
            ("7z x t.7z -oC:\\t -y", "extract t.7z > C:\\t"),
            ("expand -F:* x.msu C:\\p", "extract x.msu > C:\\p"),
            ("msiexec /a x.msi /qn TARGETDIR=C:\\x", "extract x.msi > C:\\x"),
        ],
    );
    check(
        SH,
        &[
            ("wget -q -O /t.tgz https://x/t.tgz", "Wget https://x/t.tgz > /t.tgz"),
            ("wget https://x/t.tgz", "Wget https://x/t.tgz > t.tgz"),
            ("unzip -q t.zip -d /opt", "extract t.zip > /opt"),
        ],
    );
}

#[test]
fn installers_in_cmd() {
    check(
        CMD,
        &[
            ("msiexec /i node-v20.11.1-x64.msi /qn", "install Msi node-msi node-v20.11.1-x64.msi silent waits"),
            ("msiexec.exe /I C:\\x.msi", "install Msi gen-msi C:\\x.msi asks waits"),
            ("msiexec /ix.msi /quiet", "install Msi gen-msi x.msi silent waits"),
            ("msiexec /i x.msi %ARGS%", "install Msi gen-msi x.msi silent? waits"),
            ("msiexec /x x.msi /qn", "Unknown"),
            ("start /wait msiexec /i x.msi /qn", "install Msi gen-msi x.msi silent waits"),
            ("start msiexec /i x.msi /qn", "install Msi gen-msi x.msi silent leaves"),
            (
                "start \"\" /w vs_BuildTools --quiet --wait",
                "install VisualStudio vs-buildtools vs_BuildTools silent waits",
            ),
            (
                "start /w vs_buildtools.exe --quiet",
                "install VisualStudio vs-buildtools vs_buildtools.exe silent leaves",
            ),
            ("start \"C:\\setup.exe\" /S", "Unknown"),
            ("C:\\Git-2.44.0-64-bit.exe /VERYSILENT", "install Inno git C:\\Git-2.44.0-64-bit.exe silent waits"),
            ("7z2409-x64.exe /s", "install Nsis 7zip-exe 7z2409-x64.exe asks waits"),
            ("setup.exe /S", "install Unknown gen-setup setup.exe silent? waits"),
            ("VSIXInstaller.exe /quiet x.vsix", "install Vsix gen-vsix x.vsix silent waits"),
            ("nuget.exe restore", "Unknown"),
            ("app.exe /S", "Unknown"),
        ],
    );
    let linux = EffectContext { os: Os::Linux };
    assert_eq!(shown(&classify(&command("setup.exe /S"), SH, &linux)), "Unknown");
}

#[test]
fn packages() {
    check(
        CMD,
        &[
            ("choco install -y git --version 2.44.0 nodejs", "Choco git,nodejs"),
            ("choco install git --params \"/x /y\"", "Choco git"),
            ("choco feature enable -n x", "Unknown"),
            ("winget install -e --id Git.Git", "Winget Git.Git"),
            ("pip install --no-cache-dir -r requirements.txt x==1", "Pip x==1"),
            ("python -m pip install x", "Pip x"),
            ("npm ci", "Npm "),
            ("npm run build", "Unknown"),
            ("dotnet tool install -g x --version 1", "DotnetTool x"),
            ("dotnet build", "Unknown"),
            ("pacman -S --noconfirm gcc", "Pacman gcc"),
        ],
    );
    check(
        PS5,
        &[
            ("Install-Module -Name Pester -Force", "PowerShellGet Pester"),
            ("Install-Module A, B -Force", "PowerShellGet A,B"),
            ("choco install git -y", "Choco git"),
        ],
    );
    check(SH, &[("sudo apt-get install -y curl git", "Apt curl,git"), ("apk add --no-cache curl", "Apk curl")]);
}

#[test]
fn powershell_cmdlets() {
    check(
        PS5,
        &[
            (
                "Invoke-WebRequest -UseBasicParsing -Uri https://x/a.zip -OutFile a.zip",
                "WebRequest https://x/a.zip > a.zip",
            ),
            ("iwr https://x/a.zip -o a.zip", "WebRequest https://x/a.zip > a.zip"),
            ("curl https://x/a.zip -OutFile:a.zip", "WebRequest https://x/a.zip > a.zip"),
            ("irm 'https://x/a'", "WebRequest https://x/a > -"),
            ("curl.exe -o a https://x/a", "Curl https://x/a > a"),
            ("Start-BitsTransfer https://x/a a", "Bits https://x/a > a"),
            ("Expand-Archive a.zip -DestinationPath C:\\a -Force", "extract a.zip > C:\\a"),
            ("Expand-Archive -Path a.zip C:\\a", "extract a.zip > C:\\a"),
            ("Compress-Archive C:\\a a.zip", "write a.zip"),
            ("mkdir C:\\a", "mkdir C:\\a"),
            ("New-Item -ItemType Directory -Force -Path C:\\a, C:\\b", "mkdir C:\\a; mkdir C:\\b"),
            ("ni C:\\a -Name b -Type Directory", "mkdir C:\\a\\b"),
            ("New-Item -Path C:\\a.txt", "write C:\\a.txt"),
            ("New-Item -Path HKLM:\\Software\\X", "Unknown"),
            ("Remove-Item -Recurse -Force C:\\a", "remove C:\\a/**"),
            ("rm -r -fo 'C:\\a b', C:\\c", "remove C:\\a b/**; remove C:\\c/**"),
            ("del a", "remove a"),
            ("Copy-Item a -Destination b -Recurse", "copy a > b"),
            ("mv a b", "move a > b"),
            ("Rename-Item a b", "move a > b"),
            ("Set-Content -Path a -Value x", "write a"),
            ("sc config x", "write config"),
            ("Out-File -FilePath a -Encoding ascii", "write a"),
            ("cd C:\\app", "cd C:\\app"),
            ("Set-Location -Path:C:\\app", "cd C:\\app"),
            ("Set-Item Env:X 1", "Process X=1 EnvDrive"),
            ("Set-Item -Path Env:\\X -Value 1", "Process X=1 EnvDrive"),
            (
                "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment' -Name X -Value 1",
                "Machine X=1 Registry",
            ),
            ("Set-ItemProperty HKCU:\\Environment X 1", "User X=1 Registry"),
            ("Start-Service w3svc", "service w3svc"),
            ("Set-Service w3svc -Status Running", "service w3svc"),
            ("Set-Service w3svc -StartupType Automatic", "Unknown"),
            ("New-LocalUser -Name bob -NoPassword", "user bob -"),
            ("New-LocalUser bob -Password secret -PasswordNeverExpires", "user bob secret"),
            ("Set-LocalUser bob -Password $p", "password bob -"),
            ("Install-WindowsFeature Web-Server, Web-Asp-Net45", "feature Web-Server,Web-Asp-Net45"),
            ("Enable-WindowsOptionalFeature -Online -FeatureName IIS-ASP -All", "feature IIS-ASP"),
            ("Add-Computer -DomainName x", "DomainJoin"),
            ("sleep 5", "Sleep"),
            ("Write-Host hi", "Print"),
            (".\\build.ps1 -X", "script .\\build.ps1"),
            ("Get-ChildItem", "Unknown"),
            ("Add-AppxPackage x.msix", "install Msix gen-appx x.msix silent waits"),
        ],
    );
    check(PS7, &[("curl -o a https://x/a", "Curl https://x/a > a"), ("sc start x", "service x")]);
}

#[test]
fn installers_in_powershell() {
    check(
        PS5,
        &[
            ("msiexec /i x.msi /qn", "install Msi gen-msi x.msi silent leaves"),
            ("Start-Process msiexec.exe -Wait -ArgumentList '/i x.msi /qn'", "install Msi gen-msi x.msi silent waits"),
            (
                "Start-Process -FilePath msiexec -ArgumentList '/i', 'C:\\a b.msi', '/qn' -Wait:$false",
                "install Msi - C:\\a silent leaves",
            ),
            ("Start-Process git-setup.exe $args -Wait", "install Inno git git-setup.exe silent? waits"),
            (
                "saps .\\vc_redist.x64.exe '/install','/quiet' -NoNewWindow -PassThru -Wait",
                "install VcRedist vcredist-2015plus .\\vc_redist.x64.exe silent waits",
            ),
            ("rustup-init.exe -y", "install Vendor rustup rustup-init.exe silent waits"),
            ("Start-Process notepad", "Unknown"),
        ],
    );
    let piped = statement(StatementKind::Pipeline(vec![command("msiexec /i x.msi /qn"), command("Out-Null")]));
    let effects = classify_statement(&piped, PS5, &EffectContext::default());
    assert_eq!(shown(&effects), "install Msi gen-msi x.msi silent waits; Print");
    let piped = statement(StatementKind::Pipeline(vec![command("start x.msi"), command("Out-Null")]));
    let effects = classify_statement(&piped, PS5, &EffectContext::default());
    assert_eq!(shown(&effects), "install Msi gen-msi x.msi asks leaves; Print");
}

#[test]
fn powershell_members() {
    for (target, member, is_static, arguments, expected) in [
        ("[Environment]", "SetEnvironmentVariable", true, "'X' '1' 'Machine'", "Machine X=1 DotNet"),
        (
            "[System.Environment]",
            "SetEnvironmentVariable",
            true,
            "X 1 [EnvironmentVariableTarget]::User",
            "User X=1 DotNet",
        ),
        ("[Environment]", "SetEnvironmentVariable", true, "X 1", "Process X=1 DotNet"),
        ("(New-Object Net.WebClient)", "DownloadFile", false, "https://x/a a", "WebClient https://x/a > a"),
        ("$wc", "DownloadString", false, "https://x/a", "WebClient https://x/a > -"),
        ("[System.IO.Compression.ZipFile]", "ExtractToDirectory", true, "a.zip C:\\a", "extract a.zip > C:\\a"),
        ("[IO.File]", "WriteAllText", true, "a x", "write a"),
        ("[IO.Directory]", "CreateDirectory", true, "a", "mkdir a"),
        ("[IO.Directory]", "Delete", true, "a $true", "remove a/**"),
        ("[Threading.Thread]", "Sleep", true, "5", "Sleep"),
        ("$user", "SetPassword", false, "secret", "password  secret"),
        ("$x", "Frobnicate", false, "1", "Unknown"),
    ] {
        let effects = classify(&expression(target, member, is_static, arguments), PS5, &EffectContext::default());
        assert_eq!(shown(&effects), expected, "{target}.{member}");
        if expected != "Unknown" {
            assert_eq!(effects[0].span, Span::new(3, 9), "{target}.{member}");
        }
    }
    let value = Command { expression: Some(Expression::default()), ..command("'text'") };
    assert_eq!(shown(&classify(&value, PS5, &EffectContext::default())), "Print");
}

#[test]
fn posix_commands() {
    check(
        SH,
        &[
            ("rm -rf /a /b", "remove /a/**; remove /b/**"),
            ("mkdir -p /a", "mkdir /a"),
            ("cp -r a b /c", "copy a > /c; copy b > /c"),
            ("mv a b", "move a > b"),
            ("touch /a", "write /a"),
            ("cd /app", "cd /app"),
            ("export X=1 Y=2", "Process X=1 Set; Process Y=2 Set"),
            (". /env.sh", "script /env.sh"),
            ("./build.sh", "script ./build.sh"),
            ("tail -f /log", "KeepAlive"),
            ("sleep infinity", "KeepAlive"),
            ("useradd -m bob", "user bob -"),
            ("service nginx start", "service nginx"),
            ("echo hi", "Print"),
        ],
    );
}

#[test]
fn assignments_set_the_environment() {
    let value = || vec![statement(StatementKind::Pipeline(vec![command("'C:\\x'")]))];
    for (dialect, target, expected) in [
        (PS5, "$env:X", "Process X=C:\\x EnvDrive"),
        (PS7, "${env:ProgramFiles(x86)}", "Process ProgramFiles(x86)=C:\\x EnvDrive"),
        (PS5, "$x", ""),
        (SH, "X", "Process X=C:\\x Set"),
    ] {
        let assignment =
            StatementKind::Assignment { target: word(target, 0), operator: "=".to_owned(), value: value() };
        let effects = classify_statement(&statement(assignment), dialect, &EffectContext::default());
        assert_eq!(shown(&effects), expected, "{target}");
    }
}

#[test]
fn redirections_write_files() {
    let redirect = |target: &str| {
        let target = Some(word(target, 9));
        let redirection = Redirection { operator: ">".to_owned(), target, span: Span::new(7, 20) };
        let command = Command { redirections: vec![redirection], ..command("echo hi") };
        classify(&command, CMD, &EffectContext::default())
    };
    let effects = redirect("C:\\x.txt");
    assert_eq!(shown(&effects), "Print; write C:\\x.txt");
    assert_eq!(effects[1].span, Span::new(7, 20));
    assert_eq!(shown(&redirect("NUL")), "Print");
}

#[test]
fn scripts_are_walked_with_all_that_stands_inside() {
    let script = |dialect, kind| Script {
        dialect,
        text: Spliced::default(),
        statements: vec![statement(kind)],
        comments: Vec::new(),
        faults: Vec::new(),
        is_encoded: false,
    };
    let inner = script(PS5, StatementKind::Pipeline(vec![command("iwr https://x/a -OutFile a")]));
    let outer = Command { nested: Some(Box::new(inner)), ..command("powershell -Command ...") };
    let outer = script(CMD, StatementKind::Pipeline(vec![outer]));
    let found = Classified::new(&outer, &EffectContext::default());
    let found: Vec<_> = found.all().iter().map(|(dialect, effect)| (*dialect, show(&effect.kind))).collect();
    assert_eq!(found, [(CMD, "Unknown".to_owned()), (PS5, "WebRequest https://x/a > a".to_owned())]);

    let started = statement(StatementKind::Pipeline(vec![command("Start-Process setup.exe -PassThru")]));
    let mut waiting = expression("(...)", "WaitForExit", false, "");
    waiting.expression.as_mut().unwrap().statements.push(started);
    let found = Classified::new(&script(PS5, StatementKind::Pipeline(vec![waiting])), &EffectContext::default());
    let found: Vec<_> = found.all().iter().map(|(_, effect)| show(&effect.kind)).collect();
    assert_eq!(found, ["Unknown", "install Unknown gen-setup setup.exe silent? waits"]);
}

#[test]
fn a_password_is_never_printed() {
    let effects = classify(&command("net user bob S3cret /add"), CMD, &EffectContext::default());
    assert!(!format!("{effects:?}").contains("S3cret"));
}

proptest::proptest! {
    #[test]
    fn nothing_panics(line in "[ a-z$%/\\\\'\"=:,@(){}\\[\\].é-]{1,40}", name in 0usize..40) {
        const NAMES: [&str; 40] = [
            "set", "cd", "del", "copy", "start", "call", "msiexec", "dism", "setx", "reg", "net", "sc", "curl", "wget", "tar",
            "7z", "unzip", "expand", "choco", "pip", "dotnet", "python", "pacman", "powershell", "robocopy", "xcopy", "iwr",
            "New-Item", "Remove-Item", "Start-Process", "Set-Item", "Expand-Archive", "New-LocalUser", "Install-Module", "rm",
            "cp", "export", "useradd", "certutil", "bitsadmin",
        ];
        let command = command(&format!("{} {line}", NAMES[name]));
        for dialect in [CMD, PS5, PS7, SH] {
            proptest::prop_assert!(!classify(&command, dialect, &EffectContext::default()).is_empty());
        }
    }
}
