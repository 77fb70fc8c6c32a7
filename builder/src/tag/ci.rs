//! What CI services say in the environment: GitHub Actions, GitLab CI, Azure Pipelines.

use super::facts::{Event, Run};

/// Reads what the service says; `variable` looks a variable up. Outside CI nothing is said.
pub fn run(variable: &dyn Fn(&str) -> Option<String>) -> Run {
    let get = |name: &str| variable(name).filter(|value| !value.is_empty());
    if get("GITHUB_ACTIONS").is_some() {
        return Run {
            event: get("GITHUB_REF").and_then(|name| event(&name)),
            commit: get("GITHUB_SHA"),
            url: get("GITHUB_SERVER_URL").zip(get("GITHUB_REPOSITORY")).map(|(host, name)| format!("{host}/{name}")),
        };
    }
    if get("GITLAB_CI").is_some() {
        let request = get("CI_MERGE_REQUEST_IID").map(Event::PullRequest);
        let tag = || get("CI_COMMIT_TAG").map(Event::Tag);
        let branch = || get("CI_COMMIT_BRANCH").map(Event::Branch);
        return Run {
            event: request.or_else(tag).or_else(branch),
            commit: get("CI_COMMIT_SHA"),
            url: get("CI_PROJECT_URL"),
        };
    }
    if get("TF_BUILD").is_some() {
        let number = get("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER").or_else(|| get("SYSTEM_PULLREQUEST_PULLREQUESTID"));
        let event = || get("BUILD_SOURCEBRANCH").and_then(|name| event(&name));
        return Run {
            event: number.map(Event::PullRequest).or_else(event),
            commit: get("BUILD_SOURCEVERSION"),
            url: get("BUILD_REPOSITORY_URI"),
        };
    }
    Run::default()
}

/// The event that a whole reference of git stands for.
fn event(name: &str) -> Option<Event> {
    if let Some(branch) = name.strip_prefix("refs/heads/") {
        return Some(Event::Branch(branch.to_owned()));
    }
    if let Some(tag) = name.strip_prefix("refs/tags/") {
        return Some(Event::Tag(tag.to_owned()));
    }
    let number = name.strip_prefix("refs/pull/")?.split('/').next()?;
    Some(Event::PullRequest(number.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_in(variables: &[(&str, &str)]) -> Run {
        run(&|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn each_service_says_it_in_its_own_way() {
        let branch = |name: &str| Some(Event::Branch(name.to_owned()));
        let tag = |name: &str| Some(Event::Tag(name.to_owned()));
        let request = |number: &str| Some(Event::PullRequest(number.to_owned()));
        for (variables, event) in [
            (&[("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/heads/feature/a")][..], branch("feature/a")),
            (&[("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/tags/v1.2.3")], tag("v1.2.3")),
            (&[("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/pull/17/merge")], request("17")),
            (&[("GITHUB_ACTIONS", "true")], None),
            (&[("GITLAB_CI", "true"), ("CI_COMMIT_BRANCH", "main")], branch("main")),
            (&[("GITLAB_CI", "true"), ("CI_COMMIT_TAG", "v1.0.0")], tag("v1.0.0")),
            (&[("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_IID", "5"), ("CI_COMMIT_BRANCH", "")], request("5")),
            (&[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/heads/main")], branch("main")),
            (&[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/tags/v2.0.0")], tag("v2.0.0")),
            (
                &[
                    ("TF_BUILD", "True"),
                    ("BUILD_SOURCEBRANCH", "refs/pull/99/merge"),
                    ("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "7"),
                ],
                request("7"),
            ),
            (&[("TF_BUILD", "True"), ("BUILD_SOURCEBRANCH", "refs/pull/99/merge")], request("99")),
            (&[("GITHUB_REF", "refs/heads/main")], None),
        ] {
            assert_eq!(run_in(variables).event, event, "{variables:?}");
        }
    }

    #[test]
    fn the_address_is_where_people_find_it() {
        let github =
            [("GITHUB_ACTIONS", "true"), ("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "a/b")];
        assert_eq!(run_in(&github).url.as_deref(), Some("https://github.com/a/b"));
        assert_eq!(run_in(&[]), Run::default());
    }
}
