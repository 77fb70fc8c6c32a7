//! Images that exist for Linux only, and the words by which a tag says Linux.

/// Official images of Docker Hub without a Windows variant, sorted.
static OFFICIAL: &[&str] = &[
    "adminer",
    "aerospike",
    "almalinux",
    "alpine",
    "alt",
    "amazoncorretto",
    "amazonlinux",
    "api-firewall",
    "arangodb",
    "archlinux",
    "backdrop",
    "bash",
    "bonita",
    "buildpack-deps",
    "busybox",
    "cassandra",
    "centos",
    "chronograf",
    "cirros",
    "clearlinux",
    "clefos",
    "clojure",
    "composer",
    "consul",
    "convertigo",
    "couchbase",
    "couchdb",
    "crate",
    "dart",
    "debian",
    "drupal",
    "eclipse-mosquitto",
    "elasticsearch",
    "elixir",
    "emqx",
    "erlang",
    "fedora",
    "flink",
    "fluentd",
    "friendica",
    "gazebo",
    "gcc",
    "geonetwork",
    "ghost",
    "gradle",
    "groovy",
    "haproxy",
    "haskell",
    "httpd",
    "ibm-semeru-runtimes",
    "ibmjava",
    "influxdb",
    "irssi",
    "jetty",
    "joomla",
    "jruby",
    "kapacitor",
    "kibana",
    "kong",
    "krakend",
    "lightstreamer",
    "liquibase",
    "logstash",
    "mageia",
    "mariadb",
    "matomo",
    "maven",
    "mediawiki",
    "memcached",
    "mongo-express",
    "monica",
    "mono",
    "mysql",
    "neo4j",
    "neurodebian",
    "nextcloud",
    "nginx",
    "node",
    "odoo",
    "open-liberty",
    "opensuse",
    "oraclelinux",
    "orientdb",
    "percona",
    "perl",
    "photon",
    "php",
    "phpmyadmin",
    "plone",
    "postfixadmin",
    "postgres",
    "r-base",
    "rabbitmq",
    "rakudo-star",
    "redis",
    "redmine",
    "registry",
    "rethinkdb",
    "rocket.chat",
    "rockylinux",
    "ros",
    "ruby",
    "rust",
    "sapmachine",
    "satosa",
    "silverpeas",
    "sl",
    "solr",
    "sonarqube",
    "spark",
    "spiped",
    "storm",
    "swipl",
    "tarantool",
    "teamspeak",
    "telegraf",
    "tomcat",
    "tomee",
    "ubuntu",
    "unit",
    "varnish",
    "vault",
    "websphere-liberty",
    "wordpress",
    "xwiki",
    "yourls",
    "znc",
    "zookeeper",
];

/// Beginnings of repositories that hold nothing but Linux images.
static PREFIXES: &[&str] = &[
    "amd64/",
    "arm32v7/",
    "arm64v8/",
    "cgr.dev/chainguard/",
    "dockcross/",
    "gcr.io/distroless/",
    "mcr.microsoft.com/azure-functions/",
    "mcr.microsoft.com/azurelinux/",
    "mcr.microsoft.com/cbl-mariner/",
    "mcr.microsoft.com/devcontainers/",
    "mcr.microsoft.com/mssql/",
    "mcr.microsoft.com/oryx/",
    "mcr.microsoft.com/playwright",
    "mcr.microsoft.com/vscode/devcontainers/",
    "public.ecr.aws/amazonlinux/",
    "public.ecr.aws/lambda/",
    "redhat/ubi",
    "registry.access.redhat.com/",
    "registry.redhat.io/",
    "registry.suse.com/",
];

/// Words at the beginning of a part of a tag (`3.20-alpine`, `bookworm-slim`, `ubi9-minimal`) that mean Linux.
static TAG_WORDS: &[&str] = &[
    "alpine",
    "azurelinux",
    "bionic",
    "bookworm",
    "bullseye",
    "buster",
    "cbl",
    "centos",
    "chiseled",
    "debian",
    "dind",
    "distroless",
    "extra",
    "fedora",
    "focal",
    "jammy",
    "jessie",
    "linux",
    "mariner",
    "noble",
    "oraclelinux",
    "resolute",
    "rhel",
    "rootless",
    "scratch",
    "slim",
    "stretch",
    "trixie",
    "trusty",
    "ubi",
    "ubuntu",
    "wheezy",
    "xenial",
];

/// Words in the last part of a repository that mean Linux.
static NAME_WORDS: &[&str] = &["alpine", "archlinux", "centos", "debian", "distroless", "fedora", "linux", "ubuntu"];

/// Whether a normalised repository is known to have Linux images only.
pub(super) fn is_known(name: &str) -> bool {
    OFFICIAL.binary_search(&name).is_ok() || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a tag in lower case says Linux.
pub(super) fn tag_says_linux(tag: &str) -> bool {
    tag.split(['-', '_']).any(|part| {
        TAG_WORDS.iter().any(|word| {
            // What follows the word may only be a version: `alpine3.20`, `ubi9`, `azurelinux3.0`.
            part.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|first: char| first.is_ascii_alphabetic()))
        })
    })
}

/// Whether the last part of a normalised repository says Linux.
pub(super) fn name_says_linux(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split(['-', '_']).any(|part| NAME_WORDS.contains(&part)) || name.starts_with("dockcross/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        for table in [OFFICIAL, PREFIXES, TAG_WORDS, NAME_WORDS] {
            assert!(table.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn tags_say_linux_by_their_parts() {
        for tag in ["3.12-slim", "8.0-alpine3.20", "bookworm", "8.0-jammy-chiseled", "27-dind", "9.0-azurelinux3.0"] {
            assert!(tag_says_linux(tag), "{tag}");
        }
        for tag in ["3.12", "8.0-nanoserver-ltsc2022", "ltsc2022", "latest", "21-windowsservercore", "slimmed", ""] {
            assert!(!tag_says_linux(tag), "{tag}");
        }
    }
}
