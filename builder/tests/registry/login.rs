//! Logins: what is asked for, what is sent to whom, and that none of it is ever shown.

use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use wbuild::failure::{Exit, Failure};
use wbuild::registry::{Client, Settings};

use super::http::{Head, listen};
use super::image::{Sample, assert_complete, behind, repository, settings};
use super::proxy::{Effect, Fault, Proxy};
use super::server::{Door, Server};

const PASSWORD: &str = "Ka'5cret+/=\u{e9}";

/// A folder with Docker's `config.json`, and a client that reads it.
fn client_with(config: &str) -> (TempDir, Arc<Client>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.json"), config).unwrap();
    let settings = Settings { docker_config: Some(folder.path().to_owned()), ..settings() };
    (folder, Arc::new(Client::new(settings)))
}

fn auths(host: &str, user: &str) -> String {
    format!(r#"{{"auths": {{"{host}": {{"auth": "{}"}}}}}}"#, STANDARD.encode(user))
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[test]
fn each_kind_of_login_opens_its_door() {
    let user = leaked(format!("me:{PASSWORD}"));
    let identity =
        format!(r#"{{"auths": {{"HOST": {{"auth": "{}", "identitytoken": "{PASSWORD}"}}}}}}"#, STANDARD.encode("0:"));
    for (door, config) in [
        (Door::Basic(user), auths("HOST", user)),
        (Door::Bearer { user: Some(user), refresh: None, uses: 1000 }, auths("HOST", user)),
        (Door::Bearer { user: None, refresh: None, uses: 1000 }, "{}".to_owned()),
        (Door::Bearer { user: None, refresh: Some(leaked(PASSWORD.to_owned())), uses: 1000 }, identity),
    ] {
        let server = Server::start(door.clone());
        let (_folder, client) = client_with(&config.replace("HOST", &server.address.to_string()));
        let home = repository(server.address, "login");
        let sample = Sample::new(20);
        sample.push(&client, &[home.tag("1")]).unwrap_or_else(|failure| panic!("{door:?}: {failure}"));
        assert_complete(&client, &home.tag("1"), &sample);
        // Two rights on one repository need two tokens, however many requests there are.
        if matches!(door, Door::Bearer { .. }) {
            let tokens = server.count("GET /token") + server.count("POST /token");
            assert!(tokens <= 4, "{door:?}: {tokens} tokens");
        }
    }
}

#[test]
fn a_token_that_runs_out_in_the_middle_is_renewed() {
    let user = "me:pass";
    let server = Server::start(Door::Bearer { user: Some(user), refresh: None, uses: 2 });
    let (_folder, client) = client_with(&auths(&server.address.to_string(), user));
    let (home, sample) = (repository(server.address, "renew"), Sample::new(21));
    sample.push(&client, &[home.tag("1")]).unwrap();
    assert_complete(&client, &home.tag("1"), &sample);
    assert!(server.count("GET /token") > 4);
}

#[test]
fn a_login_that_is_refused_says_so_and_shows_nothing() {
    let user = leaked(format!("me:{PASSWORD}"));
    let wrong = format!("me:{PASSWORD}x");
    for door in [Door::Basic(user), Door::Bearer { user: Some(user), refresh: None, uses: 9 }] {
        let server = Server::start(door.clone());
        let home = repository(server.address, "refused");
        for (config, words) in [
            (auths(&server.address.to_string(), &wrong), "does not let this login"),
            ("{}".to_owned(), "wants a login"),
        ] {
            let (_folder, client) = client_with(&config);
            let failure = Failure::from(client.manifest(&home.tag("1")).unwrap_err());
            let text = format!("{failure} {failure:?}");
            assert_eq!(failure.exit, Exit::Registry);
            assert!(text.contains(words) && text.contains("docker login 127.0.0.1:"), "{door:?}: {text}");
            // The test's token server repeats what it was sent.
            for secret in [PASSWORD, &STANDARD.encode(&wrong)] {
                assert!(!text.contains(secret), "{door:?}: {text}");
            }
        }
    }
}

#[test]
fn an_identity_token_that_is_refused_is_not_shown() {
    let server = Server::start(Door::Bearer { user: None, refresh: Some("another"), uses: 9 });
    let config =
        format!(r#"{{"auths": {{"{}": {{"auth": "MDA6", "identitytoken": "S3cretToken"}}}}}}"#, server.address);
    let (_folder, client) = client_with(&config);
    let failure = Failure::from(client.manifest(&repository(server.address, "refused").tag("1")).unwrap_err());
    let text = format!("{failure} {failure:?}");
    assert!(text.contains("no such user") && !text.contains("S3cretToken"), "{text}");
}

#[test]
fn a_login_stays_with_the_registry_it_is_for() {
    let user = "me:pass";
    let server = Server::start(Door::Basic(user));
    let (_folder, client) = client_with(&auths(&server.address.to_string(), user));
    let (home, sample) = (repository(server.address, "stays"), Sample::new(22));
    sample.push(&client, &[home.tag("1")]).unwrap();
    // Where the blob is served from when the registry sends its readers elsewhere.
    let blob = super::image::noise(2201, super::image::BIG);
    let elsewhere = listen(move |mut connection| {
        let head = Head::read(&mut connection.reader)?.unwrap();
        assert_eq!(head.get("authorization"), None, "the login went to another host");
        connection.answer(Head::status(200).with("Connection", "close"), &blob)
    });
    let address: &'static str = leaked(format!("http://{elsewhere}/blob?signature=s3cret"));
    let redirect = Effect::StatusWith(307, ("Location", address));
    let proxy = Proxy::start(server.address, vec![Fault::new("GET", sample.big.as_str(), 1, redirect)]);
    let (_folder, client) = client_with(&auths(&proxy.address.to_string(), user));
    assert_complete(&client, &behind(&home, proxy.address).tag("1"), &sample);
    assert_eq!(proxy.spoiled(), 1);
}

#[test]
fn neither_bytes_nor_logins_go_over_plain_http_to_another_machine() {
    let server = Server::start(Door::Open);
    let (home, sample) = (repository(server.address, "plain"), Sample::new(23));
    sample.push(&client_with("{}").1, &[home.tag("1")]).unwrap();
    let location = "http://registry.example/blob?signature=s3cret";
    let redirect = Effect::StatusWith(307, ("Location", location));
    let proxy = Proxy::start(server.address, vec![Fault::new("GET", "/manifests/", 1, redirect)]);
    let (_folder, client) = client_with("{}");
    let failure = Failure::from(client.manifest(&behind(&home, proxy.address).tag("1")).unwrap_err());
    let text = failure.shown(false);
    assert!(text.contains("refused to speak plain http with registry.example"), "{text}");
    assert!(text.contains("--insecure-registry registry.example") && !text.contains("s3cret"), "{text}");
}
