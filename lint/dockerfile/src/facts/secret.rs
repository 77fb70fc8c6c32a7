//! What tells a secret: the names that variables, options and files with secrets have, and the values that are none.

/// How much a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It may be secret: `CACHE_KEY`, `AUTH`.
    Possible,
    /// It is secret: `DB_PASSWORD`, `NPM_TOKEN`.
    Sure,
}

/// Words that make a name secret. The list of BuildKit's check SecretsUsedInArgOrEnv, but for the two of
/// [`POSSIBLE`], and what .NET, Azure and Windows installers use.
#[rustfmt::skip]
static SURE: &[&str] = &[
    "accesskey", "accesstoken", "accountkey", "apikey", "authtoken", "clientsecret", "credential", "credentials",
    "passphrase", "passwd", "password", "passwords", "privatekey", "pword", "sapassword", "sapwd", "sastoken", "secret",
    "secretkey", "secrets", "sharedaccesskey", "storagekey", "token",
];

/// Words that do so at the end of a name, after another word: `DB_PASS`, not `PassThru` nor `PWD`.
static SURE_AT_END: &[&str] = &["pass", "pat", "pwd", "sas"];

/// Words of the same list that far more often name something else.
static POSSIBLE: &[&str] = &["auth", "key"];

/// Words that together with `key` make a name secret.
#[rustfmt::skip]
static BEFORE_KEY: &[&str] = &[
    "access", "account", "admin", "api", "client", "deploy", "encryption", "function", "functions", "host", "ingestion",
    "license", "master", "private", "sas", "secret", "service", "shared", "ssh", "storage", "subscription",
];

/// Endings of words that were written together: `MYSQLPASSWORD`.
static ENDINGS: &[&str] = &["accesskey", "apikey", "password", "passwd", "secretkey", "token", "secret"];

/// Words that make no value behind the name secret, wherever they stand; the first three are BuildKit's.
#[rustfmt::skip]
static HARMLESS: &[&str] = &["file", "public", "version", "fingerprint", "gpg", "pgp", "thumbprint", "without"];

/// Last words of names that say something about a secret and do not hold it.
#[rustfmt::skip]
static ABOUT: &[&str] = &[
    "age", "alg", "algorithm", "alias", "arn", "audience", "bits", "bytes", "check", "class", "column", "count", "dir",
    "directory", "disabled", "enabled", "encoding", "endpoint", "env", "expiration", "expires", "expiry", "field", "folder",
    "format", "header", "host", "id", "ids", "issuer", "kind", "label", "length", "level", "lifetime", "location", "manager",
    "method", "min", "max", "mode", "name", "names", "never", "number", "parameter", "path", "policy", "port", "prefix",
    "property", "provider", "realm", "ref", "reference", "region", "required", "retries", "scheme", "scope", "server",
    "service", "size", "source", "store", "suffix", "table", "target", "timeout", "ttl", "type", "uri", "url", "usage",
    "user", "username", "var", "variable", "vault",
];

/// Whether a text may hold the name of a secret: one without any part of all these words does not, which is cheap to
/// tell.
pub fn may_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| {
        let stems: &[&str] = match [pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase()] {
            [b'a', b'u'] => &["auth"],
            [b'c', b'r'] => &["cred"],
            [b'k', b'e'] => &["key"],
            [b'p', b'a'] => &["pass", "pat"],
            [b'p', b'w'] => &["pwd", "pword"],
            [b's', b'a'] => &["sas"],
            [b's', b'e'] => &["secret"],
            [b't', b'o'] => &["token"],
            _ => return false,
        };
        let begins =
            |stem: &&str| bytes[at..].get(..stem.len()).is_some_and(|it| it.eq_ignore_ascii_case(stem.as_bytes()));
        // `pat` and `sas` are words by themselves only: `path` has neither.
        let is_longer = |stem: &str| matches!(stem, "pat" | "sas") && goes_on(bytes, at + 3);
        stems.iter().any(|stem| begins(stem) && !is_longer(stem))
    })
}

/// Whether a byte behind a letter goes on with the letter's word, as [`words`] parts them, for all that can be told in a moment.
fn goes_on(bytes: &[u8], at: usize) -> bool {
    let Some(byte) = bytes.get(at) else { return false };
    let is_before_small = bytes.get(at + 1).is_some_and(|next| !next.is_ascii() || next.is_ascii_lowercase());
    byte.is_ascii_lowercase() || byte.is_ascii_uppercase() && bytes[at - 1].is_ascii_uppercase() && !is_before_small
}

/// Whether the value behind a name is secret, by the words of the name: `DB_PASSWORD`, `NuGetFeedPassword`,
/// `Api-Key`. A name for a path, an address, an identifier or a setting is not.
pub fn name(name: &str) -> Option<Certainty> {
    if !may_name(name) {
        return None;
    }
    let words = words(name);
    let (last, before) = words.split_last()?;
    let is = |table: &[&str], word: &String| table.contains(&word.as_str());
    if words.iter().any(|word| is(HARMLESS, word)) || is(ABOUT, last) {
        return None;
    }
    // But no `ByPass`.
    let by_end = is(SURE_AT_END, last) && before.last().is_some_and(|word| word != "by");
    let ends = |word: &String| ENDINGS.iter().any(|ending| word.ends_with(ending));
    let pair = words.windows(2).any(|pair| is(BEFORE_KEY, &pair[0]) && pair[1] == "key");
    if pair || by_end || words.iter().any(|word| is(SURE, word) || ends(word)) {
        Some(Certainty::Sure)
    } else {
        words.iter().any(|word| is(POSSIBLE, word)).then_some(Certainty::Possible)
    }
}

/// The words of a name in lower case: parted by signs, by a capital after a small letter (`SaPassword`), by the
/// last of several capitals before a small letter (`SAPassword`), and without numbers at the end.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let chars: Vec<char> = name.chars().collect();
    for (at, &char) in chars.iter().enumerate() {
        let after_small = at > 0 && (chars[at - 1].is_lowercase() || chars[at - 1].is_ascii_digit());
        let before_small =
            at > 0 && chars[at - 1].is_uppercase() && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if !char.is_alphanumeric() || char.is_uppercase() && (after_small || before_small) {
            words.push(String::new());
        }
        if char.is_alphanumeric() {
            words.last_mut().expect("there is always one").extend(char.to_lowercase());
        }
    }
    // `NuGet`, `GitHub` and the like are parted too; that changes nothing.
    words.iter_mut().for_each(|word| word.truncate(word.trim_end_matches(|char: char| char.is_ascii_digit()).len()));
    words.retain(|word| !word.is_empty());
    words
}

/// What people write where a secret will stand, in lower case.
#[rustfmt::skip]
static PLACEHOLDERS: &[&str] = &[
    "0", "1", "abc", "api_key", "apikey", "changeit", "credentials", "default", "disable", "disabled", "enable", "enabled",
    "false", "foo", "key", "masked", "n/a", "na", "nil", "no", "none", "null", "off", "on", "optional", "pass", "passwd",
    "password", "pwd", "redacted", "required", "secret", "string", "tbd", "todo", "token", "true", "undefined", "unset",
    "value", "yes",
];

/// Words that only placeholders have.
#[rustfmt::skip]
static PLACEHOLDER_WORDS: &[&str] = &[
    "changeme", "dummy", "example", "fake", "fill", "here", "insert", "placeholder", "redacted", "replace", "replaceme",
    "sample", "some", "todo", "your",
];

/// Whether a value can be a secret. References (`$X`, `${X}`, `%X%`, `$(...)`, `{{ x }}`), paths, addresses,
/// booleans and placeholders are none.
pub fn value(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    text.chars().count() > 1
        && !PLACEHOLDERS.contains(&lower.trim_start_matches('$'))
        && !is_reference(text)
        && !is_path(text)
        && !is_placeholder(&lower)
}

/// Whether a value looks made by chance: long, of letters and digits, and no fingerprint of a public key.
pub fn looks_random(text: &str) -> bool {
    let text = text.trim();
    let hex = text.strip_prefix("0x").unwrap_or(text);
    let is_fingerprint = matches!(hex.len(), 8 | 16 | 40)
        && hex.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'));
    let has = |kind: fn(&char) -> bool| text.chars().any(|char| kind(&char));
    text.len() >= 16
        && !is_fingerprint
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && !text.contains(char::is_whitespace)
}

fn is_reference(text: &str) -> bool {
    let named =
        |rest: &str| rest.starts_with(|char: char| char.is_ascii_alphabetic() || matches!(char, '_' | '{' | '('));
    let enclosed = |open: &str, close: &str| {
        text.find(open).is_some_and(|at| {
            let rest = &text[at + open.len()..];
            rest.find(close).is_some_and(|end| end > 0 && !rest[..end].contains(char::is_whitespace))
        })
    };
    text.strip_prefix('$').is_some_and(named)
        || text.starts_with('@')
            && text[1..].starts_with(|char: char| char.is_ascii_alphabetic() || matches!(char, '{' | '('))
            && text[1..].ends_with(['@', ')', '}'])
        || ["${", "$(", "{{", "#{"].iter().any(|open| text.contains(open))
        || text.to_ascii_lowercase().contains("$env:")
        || text.len() > 2 && enclosed("%", "%")
        || text.len() > 2 && text.starts_with('!') && text.ends_with('!')
        || text.len() > 4 && text.starts_with("__") && text.ends_with("__")
}

fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let drive =
        bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'/' | b'\\');
    drive
        || ["/", "\\", "./", ".\\", "../", "..\\", "~/"].iter().any(|start| text.starts_with(start))
        || text.contains("://")
}

fn is_placeholder(lower: &str) -> bool {
    let enclosed = [('<', '>'), ('[', ']'), ('{', '}'), ('(', ')')];
    let mut chars = lower.chars();
    let first = chars.next();
    enclosed.iter().any(|&(open, close)| lower.starts_with(open) && lower.ends_with(close))
        || chars.all(|char| Some(char) == first)
        || lower.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| PLACEHOLDER_WORDS.contains(&word))
        || lower.starts_with("change") && lower[6..].trim_start_matches(['_', '-', ' ']).starts_with("me")
        || lower.starts_with("my") && PLACEHOLDERS.contains(&lower[2..].trim_start_matches(['_', '-']))
        || lower.starts_with("xxx")
}

/// Beginnings of tokens that say themselves what they are: GitHub, GitLab, npm, Slack, Amazon, NuGet.
#[rustfmt::skip]
static TOKENS: &[&str] = &[
    "AKIA", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "npm_", "oy2", "xoxb-", "xoxp-",
];

/// Whether a text is a token by its form.
pub fn is_token(text: &str) -> bool {
    text.len() >= 20
        && TOKENS.iter().any(|start| text.starts_with(start))
        && text.chars().any(|char| char.is_ascii_digit())
}

/// Options after which a password stands and whose names do not say so: the program, the word that has to stand
/// before (`docker run -p` is about a port), and the option. Options with `/` are so in any case.
#[rustfmt::skip]
static OPTIONS: &[(&str, &str, &str)] = &[
    ("az", "login", "-p"), ("bcp", "", "-P"), ("certutil", "", "-p"), ("cmdkey", "", "/pass"), ("docker", "login", "-p"),
    ("helm", "login", "-p"), ("osql", "", "-P"), ("podman", "login", "-p"), ("psexec", "", "-p"), ("schtasks", "", "/p"),
    ("schtasks", "", "/rp"), ("signtool", "", "/p"), ("sqlcmd", "", "-P"),
];

/// Whether a program has such an option at all.
pub fn has_options(program: &str) -> bool {
    OPTIONS.iter().any(|(of, ..)| of.eq_ignore_ascii_case(program))
}

/// Whether a program takes a password after an option. `before` are the words before the option.
pub fn option<'a>(program: &str, mut before: impl Iterator<Item = &'a str>, option: &str) -> bool {
    let is = |known: &str| if known.starts_with('/') { known.eq_ignore_ascii_case(option) } else { known == option };
    let known = OPTIONS.iter().find(|(of, _, known)| of.eq_ignore_ascii_case(program) && is(known));
    known.is_some_and(|(_, verb, _)| verb.is_empty() || before.any(|word| word.eq_ignore_ascii_case(verb)))
}

/// Files that hold keys or passwords, by their names in lower case, with what they hold.
#[rustfmt::skip]
static FILES: &[(&str, &str)] = &[
    (".git-credentials", "passwords for git"), (".netrc", "passwords"), (".npmrc", "a token for npm"),
    (".pypirc", "passwords for a package index"), ("_netrc", "passwords"), ("id_dsa", "a private key"),
    ("id_ecdsa", "a private key"), ("id_ed25519", "a private key"), ("id_rsa", "a private key"),
];

/// Endings of such files.
static FILE_ENDINGS: &[(&str, &str)] = &[
    (".p12", "a private key"),
    (".pfx", "a private key"),
    (".publishsettings", "passwords for deployment"),
    (".snk", "a private key"),
];

/// What a file holds that nobody else should have, by its name or a pattern for names.
pub fn file(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let by_name = FILES.iter().find(|(known, _)| *known == name);
    let by_ending = || FILE_ENDINGS.iter().find(|(ending, _)| name.ends_with(ending));
    by_name.or_else(by_ending).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_hold() {
        for sure in [
            "DB_PASSWORD",
            "sa_password",
            "SaPassword",
            "SAPassword",
            "NuGetFeedPassword",
            "NPM_TOKEN",
            "AZP_TOKEN",
            "password",
            "SECRET_MESSAGE",
            "AWS_SECRET_ACCESS_KEY",
            "API_KEY",
            "apikey",
            "super_duper_secret_token",
            "MYSQLPASSWORD",
            "GITHUB_PAT",
            "NAGIOSADMIN_PASS",
            "PASSWORD_1",
            "DB_PASSWORD2",
            "Storage__AccountKey",
            "SECRET_PASSPHRASE",
            "REGISTRY_PASSWORD",
            "AzureWebJobs.ClientSecret",
            "SAPWD",
            "DB_PWD",
        ] {
            assert_eq!(name(sure), Some(Certainty::Sure), "{sure}");
        }
        for possible in ["auth", "SIGNING_KEY", "PRIMARY_KEY", "A01_KEY"] {
            assert_eq!(name(possible), Some(Certainty::Possible), "{possible}");
        }
        for none in [
            "PUBLIC_KEY",
            "KEY_FILE",
            "TOKEN_URL",
            "PASSWORD_FILE",
            "SIGNING_KEY_ID",
            "AUTH_MODULE_VERSION",
            "GPG_KEY",
            "PWD",
            "AUTHOR",
            "PATH",
            "MAX_TOKENS",
            "sa_password_path",
            "TOKEN_TTL",
            "PASS",
            "COMPASS",
            "S3_KEY_PREFIX",
            "KEYBOARD",
            "PasswordNeverExpires",
            "",
            "_",
            "ByPass",
            "PATCH",
            "TOKENIZER",
            "PassThru",
            "PAT",
        ] {
            assert_eq!(name(none), None, "{none}");
        }
    }

    #[test]
    fn most_names_are_told_from_secrets_by_their_letters() {
        for may in ["GITHUB_PAT", "SasKey", "SASKey", "MyPat", "PAT_1", "xpat", "PATé"] {
            assert!(may_name(may), "{may}");
        }
        for none in ["PATH", "-Path", "XPATH", "Pattern", "disaster", "p", ""] {
            assert!(!may_name(none), "{none}");
        }
    }

    #[test]
    fn no_word_is_without_a_stem() {
        let words = [SURE, SURE_AT_END, POSSIBLE, ENDINGS].concat();
        assert!(words.iter().all(|word| may_name(word)));
    }

    #[test]
    fn values_that_give_nothing_away() {
        for secret in [
            "P@ssw0rd!",
            "abc123",
            "D0cker!a8s",
            "Pa$$w0rd",
            "N3rdD!Nne720^6",
            "pass@word1234",
            "50%",
            "a/b+c==",
            "someday7",
        ] {
            assert!(value(secret), "{secret}");
        }
        for none in [
            "",
            " ",
            "_",
            "$X",
            "${X}",
            "${X:-}",
            "$(cat x)",
            "%PW%",
            "$env:PW",
            "{{ pw }}",
            "#{Token}#",
            "__TOKEN__",
            "C:\\x",
            "./x",
            "/run/secrets/x",
            "https://x/y",
            "true",
            "False",
            "$null",
            "none",
            "<password>",
            "changeme",
            "change_me",
            "your-token",
            "some_token",
            "****",
            "xxxxxxx",
            "password",
            "FAKE_TO_GENERATE_WARNING_OUTPUT",
            "my_secret",
            "!PW!",
        ] {
            assert!(!value(none), "{none}");
        }
    }

    #[test]
    fn chance_is_told_from_words_and_fingerprints() {
        assert!(looks_random("a8f3c0de99b14e7f8a") && looks_random("E813C892820A6FA13755B268F167DF1ACF9CE06900"));
        for text in ["A01 value", "E813C892820A6FA13755B268F167DF1ACF9CE069", "issue", "windows-ltsc-name", "v1"] {
            assert!(!looks_random(text), "{text}");
        }
        assert!(is_token("ghp_0123456789abcdefABCDEF"));
        assert!(!is_token("npm_config_registry_url_x"));
    }

    #[test]
    fn short_options_are_known_by_their_program() {
        let given = |program, before: &'static str, name| option(program, before.split_whitespace(), name);
        assert!(
            given("docker", "login -u x", "-p") && !given("docker", "run", "-p") && !given("docker", "login", "-P")
        );
        assert!(given("SchTasks", "/create", "/RP") && given("sqlcmd", "", "-P") && !given("sqlcmd", "", "-p"));
    }

    #[test]
    fn files_are_known_by_their_names() {
        for name in ["site.pfx", "*.PFX", "id_rsa", ".npmrc", "x.publishsettings", "key.snk"] {
            assert!(file(name).is_some(), "{name}");
        }
        for name in ["site.cer", "id_rsa.pub", "npmrc", "nuget.config", "*"] {
            assert!(file(name).is_none(), "{name}");
        }
    }
}
