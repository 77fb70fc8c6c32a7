#!/usr/bin/env bash
# Runs the suite of steps on a real Docker Engine, which it starts and stops itself.
#
#   BENCH=1 tests/real/engine.sh [ROUNDS] starts scripts/bench-engine on that engine instead
#   tests/real/engine.sh [FILTER...]     needs root, docker.io, docker-registry and busybox-static
#
# On Windows, .github/workflows/windows.yml runs the same suite on the host's engine.
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in dockerd docker docker-registry busybox; do
  command -v "$program" >/dev/null || { echo "engine.sh: there is no $program: apt-get install docker.io docker-registry busybox-static" >&2; exit 1; }
done

place=$(mktemp -d /tmp/wbuild-engine.XXXXXX)
export DOCKER_CONFIG=$place/config WBUILD_TEST_ENGINE=unix://$place/docker.sock
daemon=
registry=

stop() {
  [[ ! $registry ]] || kill "$registry" 2>/dev/null || true
  if [[ $daemon ]]; then
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
  fi
  # Layers may still be mounted when the engine was stopped in the middle of one.
  { grep -oE " $place[^ ]*" /proc/self/mounts || true; } | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null || true; done
  rm -rf "$place" || true
}
trap stop EXIT

dockerd --data-root "$place/data" --exec-root "$place/exec" --host "$WBUILD_TEST_ENGINE" --pidfile "$place/pid" \
  --iptables=false --bridge=none >"$place/log" 2>&1 &
daemon=$!
export DOCKER_HOST=$WBUILD_TEST_ENGINE
for _ in $(seq 100); do
  docker version >/dev/null 2>&1 && break
  kill -0 "$daemon" 2>/dev/null || { cat "$place/log" >&2; exit 1; }
  sleep 0.1
done

# A base image of one static program, under the names that the steps use.
root=$place/root
mkdir -p "$root"/{bin,tmp,etc,dev,proc,sys}
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for name in base64 cat echo false httpd kill ls mkdir mv nc printf ps rm sh sleep test touch true wget; do ln -s busybox "$root/bin/$name"; done
tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import -c 'ENV PATH=/bin' -c 'CMD ["sh"]' - wbuild-test-base:1 >/dev/null

port=$((20000 + RANDOM % 20000))
export WBUILD_TEST_REGISTRY=127.0.0.1:$port
cat >"$place/registry.yml" <<EOF
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $place/registry}}
http: {addr: "$WBUILD_TEST_REGISTRY"}
EOF
docker-registry serve "$place/registry.yml" >"$place/registry.log" 2>&1 &
registry=$!
for _ in $(seq 50); do
  (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null && break
  sleep 0.1
done

if [[ ${BENCH:-} ]]; then
  scripts/bench-engine "$@"
  exit
fi
unset DOCKER_HOST
cargo test -p wbuild --test engine -- "$@"
