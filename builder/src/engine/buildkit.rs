//! Handing a planned build over to `docker buildx build`, with the user's own builder.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::failure::{Exit, Failure};

use super::secret::{SecretSource, ValueFrom};

/// What is handed over.
#[derive(Clone, Debug, Default)]
pub struct Handover {
    /// The planned Dockerfile.
    pub dockerfile: String,
    /// The folder of the context.
    pub context: String,
    /// The platform: `windows/amd64`.
    pub platform: String,
    /// The names of the image.
    pub tags: Vec<String>,
    /// Labels besides those of the Dockerfile.
    pub labels: Vec<(String, String)>,
    /// `--build-arg`, as given.
    pub build_args: Vec<String>,
    /// `--build-context`, as given.
    pub build_contexts: Vec<String>,
    /// The stage.
    pub target: Option<String>,
    /// The secrets.
    pub secrets: Vec<SecretSource>,
    /// `--cache-from`: references and buildx's own `type=...`.
    pub cache_from: Vec<String>,
    /// `--cache-to`, likewise.
    pub cache_to: Vec<String>,
    /// Where the image goes, as given: `oci:DIR` and the like.
    pub outputs: Vec<String>,
    /// Whether the image is pushed.
    pub push: bool,
    /// Where buildx says what it built.
    pub metadata_file: Option<String>,
    /// How progress is shown: `auto`, `plain`, `quiet`, `rawjson`.
    pub progress: String,
}

/// The arguments of `docker` for it. Values of secrets are in none: buildx reads them where they are.
///
/// # Errors
/// An output that buildx does not know.
pub fn arguments(handover: &Handover) -> Result<Vec<String>, Failure> {
    let mut words: Vec<String> = ["buildx", "build", "--file", "-"].map(str::to_owned).to_vec();
    let mut add = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    add("--platform", &handover.platform);
    add("--progress", &handover.progress);
    handover.tags.iter().for_each(|tag| add("--tag", tag));
    handover.labels.iter().for_each(|(name, value)| add("--label", &format!("{name}={value}")));
    handover.build_args.iter().for_each(|pair| add("--build-arg", pair));
    for context in &handover.build_contexts {
        add("--build-context", &build_context(context)?);
    }
    if let Some(target) = &handover.target {
        add("--target", target);
    }
    for secret in &handover.secrets {
        let from = match &secret.from {
            ValueFrom::Variable(name) => format!("env={name}"),
            ValueFrom::File(path) => format!("src={}", path.display()),
        };
        add("--secret", &format!("id={},{from}", secret.id));
    }
    handover.cache_from.iter().for_each(|cache| add("--cache-from", &cache_place(cache, "")));
    handover.cache_to.iter().for_each(|cache| add("--cache-to", &cache_place(cache, ",mode=max")));
    for place in &handover.outputs {
        match output(place) {
            Some(output) => add("--output", &output),
            None => {
                return Err(Failure::new(Exit::Usage, format!("-o {place}: buildx does not write this"))
                    .help("write oci-archive:FILE, docker-archive:FILE or engine"));
            }
        }
    }
    if let Some(file) = &handover.metadata_file {
        add("--metadata-file", file);
    }
    if handover.push {
        words.push("--push".to_owned());
    }
    words.push(handover.context.clone());
    Ok(words)
}

/// A reference is a cache in a registry.
fn cache_place(cache: &str, more: &str) -> String {
    if cache.contains('=') { cache.to_owned() } else { format!("type=registry,ref={cache}{more}") }
}

/// A named context as buildx writes it.
fn build_context(context: &str) -> Result<String, Failure> {
    let Some((name, place)) = context.split_once('=') else { return Ok(context.to_owned()) };
    let place = match place.split_once(':') {
        Some(("oci", folder)) => format!("oci-layout://{folder}"),
        Some(("docker", reference)) => format!("docker-image:{reference}"),
        Some(("oci-archive" | "docker-archive", _)) => {
            return Err(Failure::new(Exit::Usage, format!("--build-context {context}: buildx takes no archives"))
                .help("unpack it into a layout and name that, oci:DIR; or push it and name docker://HOST/NAME:TAG"));
        }
        _ => place.to_owned(),
    };
    Ok(format!("{name}={place}"))
}

/// A destination as buildx writes it.
fn output(place: &str) -> Option<String> {
    match place.split_once(':') {
        None if place == "engine" => Some("type=docker".to_owned()),
        Some(("oci-archive", file)) => Some(format!("type=oci,dest={file}")),
        Some(("oci", folder)) => Some(format!("type=oci,tar=false,dest={folder}")),
        Some(("docker-archive", file)) => Some(format!("type=docker,dest={file}")),
        _ => None,
    }
}

/// Runs `docker buildx build`; its output is the user's, as it comes.
///
/// # Errors
/// When there is no docker with buildx, or the build fails.
pub fn build(handover: &Handover) -> Result<(), Failure> {
    let words = arguments(handover)?;
    check_client()?;
    let mut child = Command::new("docker")
        .args(&words)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::new(Exit::Engine, format!("docker cannot be started: {error}")))?;
    let mut input = child.stdin.take().expect("it was asked for");
    // A client that ends early says itself why.
    let _ = input.write_all(handover.dockerfile.as_bytes());
    drop(input);
    let status = child.wait().map_err(|error| Failure::new(Exit::Engine, error))?;
    match status.code() {
        Some(0) => Ok(()),
        code => {
            let code = code.map_or_else(|| "by a signal".to_owned(), |code| format!("with {code}"));
            Err(Failure::new(Exit::Step, format!("docker buildx build ended {code}"))
                .help("its output says why; wbuild why explains a log that you keep"))
        }
    }
}

/// A client without the plugin takes `buildx` for an unknown command and says nothing of what is missing.
fn check_client() -> Result<(), Failure> {
    let asked = Command::new("docker").args(["buildx", "version"]).stdin(Stdio::null()).output();
    let cause = match asked {
        Ok(answer) if answer.status.success() => return Ok(()),
        Ok(_) => "docker on this host has no buildx, and --engine buildkit hands the build over to it".to_owned(),
        Err(error) => format!("--engine buildkit hands the build over to docker, which cannot be started: {error}"),
    };
    Err(Failure::new(Exit::Engine, cause)
        .help("install Docker's plugin buildx (docker buildx version shows it), or take --engine docker"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_handed_on() {
        let handover = Handover {
            context: ".".to_owned(),
            platform: "windows/amd64".to_owned(),
            tags: vec!["r/app:1.2.3".to_owned(), "r/app:latest".to_owned()],
            labels: vec![("a".to_owned(), "b c".to_owned())],
            build_args: vec!["V=1".to_owned()],
            build_contexts: vec!["base=oci:C:/layout".to_owned(), "img=docker://r/x:1".to_owned()],
            target: Some("app".to_owned()),
            secrets: vec!["id=token,env=T".parse().unwrap(), "id=key,src=C:/k".parse().unwrap()],
            cache_from: vec!["r/cache".to_owned(), "type=gha".to_owned()],
            cache_to: vec!["r/cache".to_owned()],
            outputs: vec!["oci:out".to_owned()],
            push: true,
            progress: "plain".to_owned(),
            ..Handover::default()
        };
        let line = arguments(&handover).unwrap().join(" ");
        let expected = "buildx build --file - --platform windows/amd64 --progress plain --tag r/app:1.2.3 --tag r/app:latest \
                        --label a=b c --build-arg V=1 --build-context base=oci-layout://C:/layout --build-context \
                        img=docker-image://r/x:1 --target app --secret id=token,env=T --secret id=key,src=C:/k \
                        --cache-from type=registry,ref=r/cache --cache-from type=gha --cache-to \
                        type=registry,ref=r/cache,mode=max --output type=oci,tar=false,dest=out --push .";
        assert_eq!(line, expected);
    }

    #[test]
    fn what_buildx_does_not_read_is_refused() {
        for context in ["base=docker-archive:b.tar", "base=oci-archive:b.tar"] {
            let handover = Handover { build_contexts: vec![context.to_owned()], ..Handover::default() };
            assert_eq!(arguments(&handover).unwrap_err().exit, Exit::Usage, "{context}");
        }
    }

    #[test]
    fn what_buildx_does_not_write_is_refused() {
        let handover = Handover { outputs: vec!["docker://r/x".to_owned()], ..Handover::default() };
        assert_eq!(arguments(&handover).unwrap_err().exit, Exit::Usage);
    }
}
