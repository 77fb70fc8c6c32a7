#!/usr/bin/env bash
# Runs the suite of the registry client, every fault included, on Debian's registry, which it starts and stops itself;
# skopeo then reads what was pushed.
#
#   tests/real/registry.sh [FILTER...]     needs docker-registry and skopeo
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in docker-registry skopeo curl; do
  command -v "$program" >/dev/null || { echo "registry.sh: there is no $program: apt-get install docker-registry skopeo curl" >&2; exit 1; }
done

place=$(mktemp -d /tmp/wbuild-registry.XXXXXX)
port=${REGISTRY_PORT:-5017}
registry=

stop() {
  if [[ $registry ]]; then
    kill "$registry" 2>/dev/null || true
    wait "$registry" 2>/dev/null || true
  fi
  rm -rf "$place" || true
}
trap stop EXIT

# Layers with addresses of their own are refused where the registry is not told which addresses it may take.
cat >"$place/config.yml" <<CONFIG
version: 0.1
log: {level: error}
storage:
  filesystem: {rootdirectory: $place/data}
  delete: {enabled: true}
http: {addr: 127.0.0.1:$port}
validation: {manifests: {urls: {allow: ["^https?://"]}}}
CONFIG
docker-registry serve "$place/config.yml" >"$place/log" 2>&1 &
registry=$!
for _ in $(seq 100); do
  curl -fsS "http://127.0.0.1:$port/v2/" >/dev/null 2>&1 && break
  kill -0 "$registry" 2>/dev/null || { cat "$place/log" >&2; exit 1; }
  sleep 0.1
done

export WBUILD_TEST_REGISTRY=127.0.0.1:$port
cargo test -p wbuild --test registry --test skopeo -- "$@"
