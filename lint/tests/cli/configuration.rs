//! `wlint.toml`: which one holds, what each key does, and what is said of a wrong one.

use crate::{Folder, Run, native};

const TWO: &[u8] = b"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD one\nCMD two\n";

fn rules(run: &Run) -> Vec<String> {
    let rule = |finding: &serde_json::Value| finding["rule"].as_str().unwrap().to_owned();
    run.json()["diagnostics"].as_array().unwrap().iter().map(rule).collect()
}

fn found(folder: &Folder, args: &[&str]) -> Vec<String> {
    rules(&folder.run(&[&["check", "--format", "json"], args].concat()))
}

/// Nothing is written, and every part stands in the message, which is of this configuration.
fn refused(config: &str, parts: &[&str]) {
    let folder = Folder::with(&[("Dockerfile", TWO), ("wlint.toml", config.as_bytes())]);
    let run = folder.run(&["check", "--format", "json", "--output", "report.json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(!folder.path("report.json").exists(), "no half-written report");
    assert!(run.err.starts_with("error[configuration]: "), "{}", run.err);
    for part in parts {
        assert!(run.err.contains(part), "no {part:?} in {}", run.err);
    }
}

#[test]
fn the_nearest_configuration_holds_for_each_file() {
    let folder = Folder::with(&[
        ("wlint.toml", b"select = [\"multiple-cmd-entrypoint\"]\n"),
        ("Dockerfile", TWO),
        ("a/b/Dockerfile", TWO),
        ("a/wlint.toml", b"select = [\"entrypoint-shell-form\"]\n"),
    ]);
    let json = folder.run(&["check", "--format", "json"]).json();
    let found: Vec<(String, String)> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["path"].as_str().unwrap().to_owned(), one["rule"].as_str().unwrap().to_owned()))
        .collect();
    assert!(found.contains(&("Dockerfile".into(), "multiple-cmd-entrypoint".into())), "{found:?}");
    assert!(
        found.iter().all(|(path, rule)| (path == "Dockerfile") == (rule == "multiple-cmd-entrypoint")),
        "{found:?}"
    );
    assert!(found.contains(&("a/b/Dockerfile".into(), "entrypoint-shell-form".into())), "{found:?}");
    let named = folder.run(&["check", "--format", "json", "--config", "a/wlint.toml"]);
    assert!(!rules(&named).contains(&"multiple-cmd-entrypoint".to_owned()));
    assert!(rules(&folder.run(&["check", "--format", "json", "--no-config"])).len() > found.len());
    let stdin = folder.run_with(&["check", "-", "--format", "json", "--stdin-filename", "a/b/new.dockerfile"], TWO);
    assert!(rules(&stdin).iter().all(|rule| rule == "entrypoint-shell-form"), "{stdin:?}");
}

#[test]
fn severities_and_ignores() {
    let check = |config: &str, args: &[&str]| {
        let folder = Folder::with(&[("legacy/Dockerfile", TWO), ("wlint.toml", config.as_bytes())]);
        let run = folder.run(&[&["check", "--format", "json", "--select", "metadata"], args].concat());
        let json = run.json();
        let severity = json["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["rule"] == "multiple-cmd-entrypoint")
            .map(|one| one["severity"].as_str().unwrap().to_owned());
        (severity, run.code)
    };
    let is = |severity: &str, code| (Some(severity.to_owned()), code);
    assert_eq!(check("", &[]), is("warning", 1));
    assert_eq!(check("fail-on = \"error\"\n", &[]), is("warning", 0));
    assert_eq!(check("fail-on = \"error\"\n", &["--fail-on", "warning"]), is("warning", 1));
    assert_eq!(check("[severity]\nmultiple-cmd-entrypoint = \"error\"\n", &[]), is("error", 1));
    assert_eq!(
        check("[severity]\nmultiple-cmd-entrypoint = \"style\"\nmetadata = \"error\"\n", &[]).0,
        is("style", 0).0
    );
    assert_eq!(check("[severity]\nmetadata = \"info\"\n", &[]), is("info", 0));
    assert_eq!(check("[severity]\nmultiple-cmd-entrypoint = \"off\"\n", &[]).0, None);
    for glob in ["legacy/**", "**/Dockerfile", "Dockerfile", "legacy/Docker*"] {
        assert_eq!(check(&format!("[per-file-ignores]\n\"{glob}\" = [\"metadata\"]\n"), &[]), (None, 0), "{glob}");
    }
    for glob in ["legacy/*/Dockerfile", "other/**", "Dockerfil", "legacy"] {
        let config = format!("[per-file-ignores]\n\"{glob}\" = [\"metadata\"]\n");
        assert_eq!(check(&config, &[]), is("warning", 1), "{glob}");
    }
}

#[test]
fn the_command_line_counts_more() {
    let config = b"ignore = [\"multiple-cmd-entrypoint\"]\nselect = [\"metadata\"]\n";
    let folder = Folder::with(&[("Dockerfile", TWO), ("wlint.toml", config)]);
    let id = "multiple-cmd-entrypoint".to_owned();
    assert!(!found(&folder, &[]).contains(&id));
    assert_eq!(found(&folder, &["--select", &id]), std::slice::from_ref(&id));
    assert!(found(&folder, &["--ignore", "metadata"]).is_empty());
}

#[test]
fn what_is_extended_is_added_to() {
    let folder = Folder::with(&[
        ("team/wlint.toml", b"fail-on = \"never\"\nignore = [\"layer\"]\n[options]\nsecret-names = [\"A\"]\n"),
        (
            "app/wlint.toml",
            b"extends = [\"../team/wlint.toml\"]\nignore = [\"metadata\"]\n[options]\nrequire-reason = true\n",
        ),
        ("app/Dockerfile", TWO),
    ]);
    let run = folder.run(&["check", "--show-settings", "app/Dockerfile"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    for part in [
        &format!("# {}: {}, which extends ", native("app/Dockerfile"), native("app/wlint.toml")),
        "fail-on = \"never\"\n",
        "multiple-cmd-entrypoint = \"off\"\n",
        "download-not-removed = \"off\"\n",
        "secret-names = [\"A\"]\n",
        "require-reason = true\n",
    ] {
        assert!(run.out.contains(part), "no {part:?} in {}", run.out);
    }
}

#[test]
fn shown_settings_are_a_configuration_that_says_the_same() {
    let config = "fail-on = \"info\"\nbuilder = \"buildkit\"\nas-of = 2027-01-31\nignore = [\"path\"]\n\
                  [severity]\nbase-eol = \"style\"\n[options]\ntrusted-registries = [\"a.b\"]\n\
                  hosts = [\"win11-24h2\", { name = \"windows-2022\", isolation = \"hyperv\" }]\n\
                  [options.required-labels]\n\"a.b\" = \"url\"\n";
    let folder = Folder::with(&[("Dockerfile", TWO), ("wlint.toml", config.as_bytes())]);
    let first = folder.run(&["check", "--show-settings"]);
    assert!(
        first.out.contains("hosts = [{ name = \"win11-24h2\", isolation = \"hyperv\" }, { name = \"ltsc2022\""),
        "{first:?}"
    );
    folder.write("wlint.toml", first.out.as_bytes());
    assert_eq!(folder.run(&["check", "--show-settings"]).out, first.out);
}

#[test]
fn unknown_keys_and_rules_have_the_nearest_name() {
    refused(
        "ignroe = []\n",
        &["no key `ignroe`", "--> wlint.toml:1:1\n", "\n1 | ignroe = []\n  | ^^^^^^\n", "did you mean `ignore`?"],
    );
    refused("ignore = [\"path\", \"base-eon\"]\n", &["wlint.toml:1:19", "^^^^^^^^^^\n", "did you mean `base-eol`?"]);
    refused("[severity]\nmetdata = \"off\"\n", &["`metdata`", ":2:1", "did you mean `metadata`?"]);
    refused("[options]\nhost = []\n", &["no key `host` in [options]", "did you mean `hosts`?"]);
    refused("trusted-registries = []\n", &["`trusted-registries` stands in [options]"]);
    refused("[options]\nfail-on = \"error\"\n", &["`fail-on` stands above all tables"]);
    refused("[options]\nhosts = [\"ltsc2020\"]\n", &["no host is called `ltsc2020`", "did you mean \"ltsc20"]);
}

#[test]
fn wrong_types_and_values() {
    refused("ignore = \"path\"\n", &["`ignore` is a text", ":1:10", "write a list of rules and groups"]);
    refused("ignore = [1]\n", &["this item is a number"]);
    refused("fail-on = \"fatal\"\n", &["`fail-on` cannot be `fatal`", "\"error\", \"warning\""]);
    refused("as-of = \"2026-02-30\"\n", &["`2026-02-30` is no day"]);
    refused("builder = 3\n", &["`builder` is a number"]);
    refused("options = 3\n", &["`options` is a number"]);
    refused("[severity]\npath = \"fatal\"\n", &["no such severity"]);
    refused("[per-file-ignores]\n\"a[\" = [\"path\"]\n", &["this pattern cannot be read", ":2:1"]);
    refused("[options]\nrequire-reason = \"yes\"\n", &["`require-reason` is a text", "true or false"]);
    refused("[options]\nhosts = [{ name = \"ltsc2022\", isolation = \"hyper-v\" }]\n", &["no isolation `hyper-v`"]);
    refused("[options.required-labels]\na.b = \"url\"\n", &["this label is a table", "in quotes"]);
    refused("[options.required-labels]\na = \"sem-ver\"\n", &["did you mean \"semver\"?"]);
    // All that is wrong is said at once.
    refused("ignore = [1]\nselct = []\n[options]\nx = 1\n", &["`selct`", "this item", "`x`"]);
}

#[test]
fn text_that_is_no_toml() {
    refused("ignore = [\n", &["wlint.toml:", "write TOML"]);
    refused("ignore = []\nignore = []\n", &["wlint.toml:2:1", "duplicate key"]);
}

#[test]
fn cyclic_and_missing_configurations() {
    refused(
        "extends = \"wlint.toml\"\n",
        &["extend each other: wlint.toml -> wlint.toml", ":1:11", "\"wlint.toml\"\n"],
    );
    refused("extends = \"missing.toml\"\n", &["no file missing.toml", ":1:11"]);
    let folder = Folder::with(&[
        ("Dockerfile", TWO),
        ("wlint.toml", b"extends = \"b.toml\"\n"),
        ("b.toml", b"# two\nextends = [\"c.toml\"]\n"),
        ("c.toml", b"extends = \"b.toml\"\n"),
    ]);
    let run = folder.run(&["check"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains("extend each other: b.toml -> c.toml -> b.toml"), "{}", run.err);
    assert!(run.err.contains("--> c.toml:1:11"), "{}", run.err);
}

#[test]
fn a_configuration_that_cannot_be_read() {
    let folder = Folder::with(&[("Dockerfile", TWO)]);
    folder
        .run(&["check", "--config", "missing.toml"])
        .refused(&["missing.toml: cannot read it: there is no such file"]);
    std::fs::create_dir(folder.path("folder")).unwrap();
    folder.run(&["check", "--config", "folder"]).refused(&["folder: ", "it is a folder"]);
}

#[test]
fn a_configured_secret_is_in_no_report() {
    let text = b"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nENV CONTOSO_FEED=Kp3-Rt8v\nCOPY Kp3-Rt8v C:\\x\\\nRUN a\n";
    let folder = Folder::with(&[("Dockerfile", text), ("wlint.toml", b"[options]\nsecret-names = [\"CONTOSO_*\"]\n")]);
    for args in [
        &["check", "--format", "json"][..],
        &["check"],
        &["check", "--diff"],
        &["check", "--format", "sarif"],
        &["show", "Dockerfile"],
    ] {
        let run = folder.run(args);
        assert!(!run.out.is_empty() && !run.out.contains("Kp3-Rt8v"), "{args:?}: {}", run.out);
    }
    assert!(found(&folder, &[]).contains(&"configured-secret".to_owned()));
}

#[test]
fn init_writes_a_configuration_that_changes_nothing() {
    let folder = Folder::with(&[("Dockerfile", TWO)]);
    let before = folder.run(&["check"]).out;
    assert_eq!(folder.run(&["init"]).out, "wrote wlint.toml\n");
    assert_eq!(folder.run(&["check"]).out, before);
    folder.run(&["init"]).refused(&["wlint.toml: it exists already", "--force"]);
    assert_eq!(folder.run(&["init", "--force"]).code, 0);
    let stdout = folder.run(&["init", "--stdout"]).out;
    assert_eq!(stdout.as_bytes(), folder.read("wlint.toml"));
}

#[test]
fn init_takes_over_hadolints_configuration() {
    let yaml = b"failure-threshold: error\nignored:\n  - DL4003\ntrustedRegistries:\n  - docker.io\n";
    let folder = Folder::with(&[("Dockerfile", TWO), (".hadolint.yaml", yaml)]);
    assert_eq!(folder.run(&["init", "--from-hadolint"]).code, 0);
    let rules = found(&folder, &[]);
    assert!(!rules.contains(&"multiple-cmd-entrypoint".to_owned()), "{rules:?}");
    assert!(rules.contains(&"untrusted-registry".to_owned()), "{rules:?}");
    folder.write("other.yml", b"ignord: []\n");
    let run = folder.run(&["init", "--force", "--from-hadolint", "other.yml"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--> other.yml:1:1") && run.err.contains("did you mean `ignored`?"), "{}", run.err);
    let none = Folder::new().run(&["init", "--from-hadolint"]);
    none.refused(&[".hadolint.yaml", "there is no such file"]);
}

#[test]
fn hosts_from_the_command_line() {
    let text = b"FROM mcr.microsoft.com/windows/servercore:ltsc2019 AS old\nRUN ver\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY --from=old C:/a C:/a\n";
    let folder = Folder::with(&[("Dockerfile", text)]);
    let run =
        |args: &[&str]| folder.run(&[&["check", "--select", "base-host-mismatch", "--format", "json"], args].concat());
    assert!(rules(&run(&[])).is_empty());
    let json = run(&["--host", "ltsc2022", "--isolation", "process"]).json();
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), 1);
    let finding = &json["diagnostics"][0];
    assert_eq!(finding["message"], "ltsc2019 does not run on ltsc2022 (process)");
    assert_eq!((&finding["line"], &finding["severity"]), (&1.into(), &"error".into()));
    assert!(rules(&run(&["--host", "ltsc2022", "--isolation", "hyperv"])).is_empty());
    let both = run(&["--host", "windows-2022", "--host", "ltsc2019", "--isolation", "hyperv"]).json();
    assert_eq!(both["diagnostics"][0]["message"], "ltsc2022 does not run on ltsc2019 (hyperv)");
    let wrong = folder.run(&["check", "--host", "ltsc2020"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean ltsc20"), "{}", wrong.err);
}

#[test]
fn show_says_what_each_host_does_with_each_stage() {
    let text = b"FROM mcr.microsoft.com/windows/servercore:ltsc2019 AS old\nRUN ver\nFROM mcr.microsoft.com/dotnet/sdk:8.0 AS any\nRUN dotnet --info\nRUN cmd /c ver\nFROM alpine AS linux\nRUN ls\n";
    let folder = Folder::with(&[("Dockerfile", text), ("wlint.toml", b"[options]\nhosts = [\"windows-2022\"]\n")]);
    let run = folder.run(&["show", "Dockerfile"]);
    for part in [
        "\nhost ltsc2022 (process): Windows Server 2022; windows-2022 on GitHub Actions; windows-2022 on Azure Pipelines\n",
        "\nstage 0 (old): Windows ltsc2019, by its base image\n        # host ltsc2022 (process): cannot build or run this stage\n        # runner images: none of GitHub Actions; none of Azure Pipelines\n",
        "# host ltsc2022 (process): needs an engine for Linux containers for this stage\n",
    ] {
        assert!(run.out.contains(part), "no {part:?} in {}", run.out);
    }
    let json =
        folder.run(&["show", "Dockerfile", "--format", "json", "--host", "ltsc2022", "--isolation", "hyperv"]).json();
    assert_eq!(json["stages"][0]["hosts"][0]["runs"], true);
    assert_eq!(json["stages"][2]["hosts"][0]["runs"], false);
    assert_eq!(json["stages"][0]["runners"]["github"].as_array().unwrap().len(), 0);
}

#[test]
fn what_is_wrong_with_a_variable_is_said_of_the_variable() {
    let folder = Folder::with(&[("Dockerfile", b"FROM x\n")]);
    for (name, value, option, part) in [
        ("WLINT_FAIL_ON", "loud", "--fail-on", "invalid value 'loud' for 'WLINT_FAIL_ON'"),
        ("WLINT_FORMAT", "json,xml", "--format", "invalid value 'xml' for 'WLINT_FORMAT'"),
        ("WLINT_FORMAT", "json,sarif", "--format", "WLINT_FORMAT: only one report"),
        ("WLINT_AS_OF", "soon", "--as-of", "for 'WLINT_AS_OF': write a day"),
        ("WLINT_HOST", "ltsc2023", "--host", "for 'WLINT_HOST': did you mean ltsc2022?"),
        ("WLINT_SELECT", "basee-eol", "--select", "WLINT_SELECT: there is no rule or group 'basee-eol'"),
        ("WLINT_SINCE", "HEAD", "--since", "WLINT_SINCE: "),
    ] {
        let run = folder.run_under(&[(name, value)], &["check"]);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(run.err.contains(part) && !run.err.contains(option), "{name}: {run:?}");
    }
    // An option on the command line hides the variable, and is what is wrong then.
    let run = folder.run_under(&[("WLINT_SELECT", "base-eol")], &["check", "--select=basee-eol"]);
    assert!(run.err.starts_with("wlint: --select: there is no rule or group"), "{run:?}");
    let run = folder.run_under(&[("WLINT_SINCE", "HEAD")], &["check", "--fix"]);
    assert!(run.err.contains("WLINT_SINCE") && run.err.contains("--fix"), "{run:?}");
}
