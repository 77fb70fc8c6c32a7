#!/usr/bin/env bash
# Runs the suite of steps on a real Docker Engine, which it starts and stops itself: over its socket, and over TCP with
# TLS, with certificates that it makes.
#
#   tests/real/engine.sh [FILTER...]      needs root, docker.io, docker-registry, busybox-static and openssl
#   ENGINE=HOST tests/real/engine.sh      takes the engine that listens there instead; the tests with TLS want their own
#   BUILDX=PLUGIN tests/real/engine.sh    also runs the suite of the hand-over to docker buildx; PLUGIN is its file
#   DOCKERD_FLAGS=FLAGS                   more flags for its engine: --feature=containerd-snapshotter, say
#   BENCH=1 tests/real/engine.sh [ROUNDS] starts scripts/bench-engine on that engine instead
#
# Another Docker Engine than Debian's is the one that stands first in PATH (dockerd, containerd, containerd-shim-runc-v2).
# On Windows, .github/workflows/windows.yml runs the same suite on the host's engine.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/real/services.sh
source tests/real/services.sh

packages="docker.io docker-registry busybox-static openssl"
need docker docker-registry busybox openssl
[[ ${ENGINE:-} ]] || need dockerd
begin engine
export DOCKER_CONFIG=$place/config WBUILD_TEST_ENGINE=${ENGINE:-unix://$place/docker.sock}

port() { echo $((20000 + RANDOM % 20000)); }

# An authority in FOLDER, with a certificate for an engine on this machine and one for a client, under the names that the
# docker client looks for.
certificates() { # FOLDER
  mkdir -p "$1"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=wbuild test authority" \
    -keyout "$1/ca-key.pem" -out "$1/ca.pem" 2>/dev/null
  signed "$1" server-cert.pem server-key.pem serverAuth
  signed "$1" cert.pem key.pem clientAuth
}

signed() { # FOLDER CERTIFICATE KEY USAGE
  openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout "$1/$3" -out "$1/request" 2>/dev/null
  printf 'extendedKeyUsage=%s\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n' "$4" >"$1/extensions"
  openssl x509 -req -days 2 -in "$1/request" -CA "$1/ca.pem" -CAkey "$1/ca-key.pem" -CAcreateserial \
    -extfile "$1/extensions" -out "$1/$2" 2>/dev/null
}

export DOCKER_HOST=$WBUILD_TEST_ENGINE
without=()
if [[ ${ENGINE:-} ]]; then
  docker version >/dev/null
  echo "engine.sh: on $ENGINE; the tests with TLS run on this script's own engine only" >&2
  without=(--skip remote::)
else
  export WBUILD_TEST_CERTIFICATES=$place/certificates WBUILD_TEST_TLS=127.0.0.1:$(port)
  good=$WBUILD_TEST_CERTIFICATES/good
  certificates "$good"
  certificates "$WBUILD_TEST_CERTIFICATES/other"
  # shellcheck disable=SC2086 # several flags
  start_engine "$WBUILD_TEST_ENGINE" --host "tcp://$WBUILD_TEST_TLS" --tlsverify --tlscacert "$good/ca.pem" \
    --tlscert "$good/server-cert.pem" --tlskey "$good/server-key.pem" ${DOCKERD_FLAGS:-}
fi

# A base image of one static program, under the names that the steps use.
root=$place/root
mkdir -p "$root"/{bin,tmp,etc,dev,proc,sys}
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for name in base64 cat echo false httpd kill ls mkdir mv nc printf ps rm sh sleep test touch true wget; do ln -s busybox "$root/bin/$name"; done
tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import -c 'ENV PATH=/bin' -c 'CMD ["sh"]' - wbuild-test-base:1 >/dev/null

registry_port=$(port)
export WBUILD_TEST_REGISTRY=127.0.0.1:$registry_port
start_registry "$registry_port"

if [[ ${BUILDX:-} ]]; then
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  ln -s "$(realpath "$BUILDX")" "$DOCKER_CONFIG/cli-plugins/docker-buildx"
  docker buildx version
fi
if [[ ${BENCH:-} ]]; then
  scripts/bench-engine "$@"
  exit
fi
unset DOCKER_HOST
suites=(--test engine)
if [[ ${BUILDX:-} ]]; then
  suites+=(--test buildx)
else
  echo "engine.sh: left out: the hand-over to a real docker buildx (--test buildx), since BUILDX names no plugin" >&2
fi
cargo test -p wbuild "${suites[@]}" -- "${without[@]}" "$@"
