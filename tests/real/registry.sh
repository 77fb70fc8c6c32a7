#!/usr/bin/env bash
# Runs the suite of the registry client, every fault included, on Debian's registry, which it starts and stops itself;
# skopeo then reads what was pushed.
#
#   tests/real/registry.sh [FILTER...]     needs docker-registry and skopeo
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/real/services.sh
source tests/real/services.sh

packages="docker-registry skopeo"
need docker-registry skopeo
begin registry
port=${REGISTRY_PORT:-5017}
start_registry "$port"

export WBUILD_TEST_REGISTRY=127.0.0.1:$port
cargo test -p wbuild --test registry --test skopeo -- "$@"
