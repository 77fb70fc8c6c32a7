//! `sc.exe query`, `qc` and `qfailure`. Labels and words are translated in part (`NOME_SERVIZIO`, `重新启动`); the
//! numbers and constants behind the colons are not.

/// Whether `sc.exe` says that there is no such service: error 1060, whatever the language.
pub fn is_missing(text: &str) -> bool {
    text.lines().any(|line| line.contains("[SC]") && numbers(line).contains(&1060))
}

/// The state of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 1.
    Stopped,
    /// 2.
    StartPending,
    /// 3.
    StopPending,
    /// 4.
    Running,
    /// 5 to 7.
    Pausing,
}

/// The state in `sc.exe query NAME`.
pub fn service_state(text: &str) -> Option<State> {
    text.lines().find_map(|line| {
        let (number, word) = constant(line)?;
        match (number, word) {
            (1, "STOPPED") => Some(State::Stopped),
            (2, "START_PENDING") => Some(State::StartPending),
            (3, "STOP_PENDING") => Some(State::StopPending),
            (4, "RUNNING") => Some(State::Running),
            (5..=7, "CONTINUE_PENDING" | "PAUSE_PENDING" | "PAUSED") => Some(State::Pausing),
            _ => None,
        }
    })
}

/// How a service starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartType {
    /// At start-up.
    Automatic,
    /// Some time after start-up.
    Delayed,
    /// When somebody starts it.
    Demand,
    /// Never.
    Disabled,
}

/// What `sc.exe qc NAME` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// How it starts.
    pub start: StartType,
    /// Its command line.
    pub binary: String,
    /// The services it waits for.
    pub dependencies: Vec<String>,
}

/// Reads `sc.exe qc NAME`; `None` for anything else.
pub fn service_config(text: &str) -> Option<ServiceConfig> {
    let start = text.lines().find_map(|line| {
        let (number, word) = constant(line)?;
        match (number, word) {
            (2, "AUTO_START") if line.contains("(DELAYED)") => Some(StartType::Delayed),
            (2, "AUTO_START") => Some(StartType::Automatic),
            (3, "DEMAND_START") => Some(StartType::Demand),
            (4, "DISABLED") => Some(StartType::Disabled),
            _ => None,
        }
    })?;
    let values: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once(':')?.1.trim())).collect();
    let binary = values.iter().find(|value| value.to_ascii_lowercase().contains(".exe"))?;
    Some(ServiceConfig { start, binary: (*binary).to_owned(), dependencies: dependencies(text) })
}

/// The last labelled lines but one: the label may be translated, so the order is what is relied on. Further
/// services stand on lines of their own without a label.
fn dependencies(text: &str) -> Vec<String> {
    let lines: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once(':')).collect();
    let Some(account) = lines.iter().rposition(|(label, _)| !label.trim().is_empty()) else { return Vec::new() };
    let Some(first) = lines[..account].iter().rposition(|(label, _)| !label.trim().is_empty()) else {
        return Vec::new();
    };
    let names = lines[first..account].iter().map(|(_, value)| value.trim());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// What a service does after a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// After how many seconds without a crash the count starts again.
    pub reset: u64,
    /// The delay of each action in milliseconds, in order.
    pub delays: Vec<u64>,
}

/// Reads `sc.exe qfailure NAME 5000`; `None` for anything else.
pub fn recovery(text: &str) -> Option<Recovery> {
    let reset = text.lines().find(|line| line.contains("RESET_PERIOD"))?;
    let reset = numbers(reset.rsplit_once(':')?.1).first().copied()?;
    // Every action names its delay behind an equals sign; an action of 0 ms is none at all.
    let delays = text.lines().filter_map(|line| numbers(line.rsplit_once('=')?.1).first().copied());
    Some(Recovery { reset, delays: delays.filter(|delay| *delay > 0).collect() })
}

/// `        START_TYPE         : 2   AUTO_START` gives the number and the word.
fn constant(line: &str) -> Option<(u32, &str)> {
    let mut parts = line.split_once(':')?.1.split_whitespace();
    Some((parts.next()?.parse().ok()?, parts.next()?))
}

fn numbers(text: &str) -> Vec<u64> {
    let digits = text.split(|char: char| !char.is_ascii_digit()).filter(|digits| !digits.is_empty());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::recorded;

    #[test]
    fn a_missing_service_is_known_by_its_number() {
        assert!(is_missing(&recorded("sc_missing.txt")));
        assert!(is_missing(
            "[SC] OpenService FEHLER 1060:\r\n\r\nDer angegebene Dienst ist kein installierter Dienst."
        ));
        assert!(!is_missing(&recorded("sc_qc_docker.txt")));
    }

    #[test]
    fn states_are_read() {
        assert_eq!(service_state(&recorded("sc_query_start_pending.txt")), Some(State::StartPending));
        assert_eq!(service_state("        STATO              : 4  RUNNING "), Some(State::Running));
        assert_eq!(service_state(&recorded("sc_missing.txt")), None);
    }

    #[test]
    fn configurations_are_read_in_other_languages_too() {
        let plain = service_config(&recorded("sc_qc_docker.txt")).unwrap();
        assert_eq!(plain.start, StartType::Automatic);
        assert_eq!(plain.binary, r#""C:\Program Files\Docker\dockerd.exe" --run-service"#);
        assert_eq!(plain.dependencies, Vec::<String>::new());
        let delayed = service_config(&recorded("sc_qc_docker_delayed.txt")).unwrap();
        assert_eq!((delayed.start, delayed.dependencies), (StartType::Delayed, vec!["hns".into(), "vmcompute".into()]));
        let italian = "NOME_SERVIZIO: docker\n TIPO : 10 WIN32_OWN_PROCESS\n TIPO_AVVIO : 3 DEMAND_START\n \
                       NOME_PERCORSO : C:\\d\\dockerd.exe\n DIPENDENZE : hns\n NOME_AVVIO : LocalSystem\n";
        let italian = service_config(italian).unwrap();
        assert_eq!((italian.start, italian.binary.as_str()), (StartType::Demand, "C:\\d\\dockerd.exe"));
        assert_eq!(italian.dependencies, ["hns"]);
        assert_eq!(service_config(&recorded("sc_missing.txt")), None);
    }

    #[test]
    fn recovery_is_read_by_its_numbers() {
        let read = |name: &str| recovery(&recorded(name)).unwrap();
        assert_eq!(read("qfailure_en.txt"), Recovery { reset: 86400, delays: vec![15000, 15000] });
        assert_eq!(read("qfailure_zh.txt"), Recovery { reset: 86400, delays: vec![5000, 10000, 30000] });
        assert_eq!(read("qfailure_ja.txt"), Recovery { reset: 0, delays: vec![60000, 60000, 1000] });
        assert_eq!(read("qfailure_en_none.txt").delays, [5000, 5000], "an action of no delay is no action");
        assert_eq!(read("qfailure_unset.txt"), Recovery { reset: 0, delays: vec![] });
        assert_eq!(recovery(&recorded("sc_missing.txt")), None);
    }
}
