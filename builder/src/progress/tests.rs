//! What is shown in each mode, line by line.

use super::*;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn shown(style: Style, grouping: Grouping, act: impl FnOnce(&Progress)) -> String {
    let kept = Kept::default();
    let progress = Progress::to_writer(style, grouping, kept.clone());
    act(&progress);
    drop(progress);
    let bytes = kept.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn output_is_cut_into_lines_and_made_safe() {
    let text = shown(Style::Plain, Grouping::None, |progress| {
        let step = progress.step("RUN setup");
        step.output(Stream::Stdout, b"10 %\r20 %\rdone\r\nne");
        step.output(Stream::Stderr, b"\x1b[31mbad\xff\n");
        step.output(Stream::Stdout, b"xt");
        step.done(&Outcome::Cached);
        progress.warn("careful");
    });
    assert_eq!(text, "#1 RUN setup\n#1 | done\n#1 | \u{241b}[31mbad\u{fffd}\n#1 | next\n#1 cached\nwarning: careful\n");
}

#[test]
fn a_hidden_value_is_not_cut_in_two() {
    for before in 8176..8200 {
        let text = shown(Style::Plain, Grouping::None, |progress| {
            progress.hide("s3cr-s3cret-s3cr");
            let step = progress.step("RUN login");
            step.output(Stream::Stdout, "x".repeat(before).as_bytes());
            step.output(Stream::Stdout, b"s3cr-s3cret-s3cr, and more\n");
            step.done(&Outcome::Done);
        });
        assert!(text.contains("***") && text.contains(", and more") && !text.contains("s3c"), "{before}: {text}");
    }
}

#[test]
fn a_hidden_value_is_shown_nowhere() {
    for style in [Style::Plain, Style::Json] {
        let text = shown(style, Grouping::None, |progress| {
            progress.hide("s3cr\"et\nsecond line");
            let step = progress.step("RUN login s3cr\"et");
            step.output(Stream::Stdout, b"s3cr");
            step.output(Stream::Stdout, b"\"et and second line\n");
            step.done(&Outcome::Failed("bad s3cr\"et".to_owned()));
            progress.note("s3cr\"et");
            drop(progress.transfer(Transfer::Pull, "https://s3cr\"et@host", None));
        });
        assert!(text.contains("***") && !text.contains("s3cr") && !text.contains("second line"), "{text}");
    }
}

#[test]
fn groups_do_not_mix_when_steps_run_side_by_side() {
    let text = shown(Style::Plain, Grouping::GitHub, |progress| {
        let (first, second, third) = (progress.step("one"), progress.step("two"), progress.step("three"));
        second.output(Stream::Stdout, b"b\n");
        first.output(Stream::Stdout, b"a\n");
        third.done(&Outcome::Cached);
        first.done(&Outcome::Cached);
        second.output(Stream::Stdout, b"c\n");
        second.done(&Outcome::Failed("exit code 1".to_owned()));
    });
    let lines: Vec<_> = text.lines().collect();
    let one = ["::group::#1 one", "#1 | a", "::endgroup::", "#1 cached"];
    let two = ["::group::#2 two", "#2 | b", "#2 | c", "::endgroup::", "#2 failed: exit code 1"];
    assert_eq!(lines, [&one[..], &["::group::#3 three", "::endgroup::", "#3 cached"], &two].concat());
}

#[test]
fn a_service_is_known_by_its_environment() {
    let with = |name: &'static str, value: &'static str| {
        Grouping::detect(move |asked| (asked == name).then(|| value.to_owned()))
    };
    assert_eq!(with("GITHUB_ACTIONS", "true"), Grouping::GitHub);
    assert_eq!(with("TF_BUILD", "True"), Grouping::Azure);
    assert_eq!(with("GITLAB_CI", "true"), Grouping::GitLab);
    assert_eq!(with("GITHUB_ACTIONS", "false"), Grouping::None);
}

#[test]
fn json_has_one_object_a_line() {
    let text = shown(Style::Json, Grouping::GitHub, |progress| {
        let step = progress.step("COPY a b");
        step.output(Stream::Stderr, b"hm\n");
        step.done(&Outcome::Done);
        let bar = progress.transfer(Transfer::Push, "sha256:ab", Some(10));
        bar.add(4);
        bar.reset(2);
        drop(bar);
    });
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], serde_json::json!({"event": "step", "id": 1, "state": "started", "name": "COPY a b"}));
    assert_eq!(lines[1], serde_json::json!({"event": "output", "id": 1, "stream": "stderr", "text": "hm"}));
    assert_eq!((&lines[2]["state"], lines[2]["seconds"].is_f64()), (&"done".into(), true));
    assert_eq!(lines[3]["state"], "started");
    let stopped = serde_json::json!(
        {"event": "transfer", "id": 2, "kind": "push", "name": "sha256:ab", "state": "stopped", "bytes": 2, "total": 10}
    );
    assert_eq!(lines[4], stopped);
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_transfer_is_a_line_and_a_dropped_step_has_stopped() {
    let text = shown(Style::Plain, Grouping::None, |progress| {
        let bar = progress.transfer(Transfer::Layer, "layer 1", None);
        bar.clone().add(1_234_567);
        drop(bar);
        drop(progress.step("x"));
    });
    assert_eq!(text, "wrote layer 1: 1.2 MB in 0.0 s\n#2 x\n#2 failed: stopped\n");
    assert_eq!((text::size(999), text::size(999_950)), ("999 B".to_owned(), "1.0 MB".to_owned()));
}

#[test]
fn a_count_has_its_word() {
    let words = [(0, "layer"), (1, "layer"), (2, "more check"), (1, "entry"), (3, "entry")];
    let shown = words.map(|(count, word)| counted(count, word)).join(", ");
    assert_eq!(shown, "0 layers, 1 layer, 2 more checks, 1 entry, 3 entries");
}
