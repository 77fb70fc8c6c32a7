# What the scripts beside this one have in common, to be sourced: a folder of their own in `place`, a registry, an engine,
# and the end of all that was started.

script=$(basename "$0")
place=
started=()

fail() { echo "$script: $*" >&2; exit 1; }

need() { # PROGRAM...: and the Debian packages of all of them, where `packages` says so
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || fail "there is no $program${packages:+: apt-get install $packages}"
  done
}

begin() { # NAME: makes the folder; whatever happens, nothing of it stays
  place=$(mktemp -d "/tmp/wbuild-$1.XXXXXX")
  trap stop_all EXIT
}

stop_all() {
  local process
  for process in "${started[@]}"; do
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  # Layers may still be mounted when the engine was stopped in the middle of one.
  { grep -oE " $place[^ ]*" /proc/self/mounts || true; } | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null || true; done
  rm -rf "$place" || true
}

# Five minutes are a guard against waiting for ever; who ends before it answers is noticed at once.
await() { # PROCESS LOG COMMAND...: until the command succeeds
  local tries
  for ((tries = 0; tries < 3000; tries++)); do
    "${@:3}" >/dev/null 2>&1 && return
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  cat "$2" >&2
  fail "what was started does not answer: ${*:3}"
}

listens() { (: <"/dev/tcp/127.0.0.1/$1"); } # PORT

start_registry() { # PORT
  # Layers with addresses of their own are refused where the registry is not told which addresses it may take.
  cat >"$place/registry.yml" <<CONFIG
version: 0.1
log: {level: error}
storage:
  filesystem: {rootdirectory: $place/registry}
  delete: {enabled: true}
http: {addr: "127.0.0.1:$1"}
validation: {manifests: {urls: {allow: ["^https?://"]}}}
CONFIG
  docker-registry serve "$place/registry.yml" >"$place/registry.log" 2>&1 &
  started+=($!)
  await $! "$place/registry.log" listens "$1"
}

start_engine() { # HOST [FLAG...]
  dockerd --data-root "$place/data" --exec-root "$place/exec" --pidfile "$place/pid" --host "$1" --iptables=false \
    --bridge=none "${@:2}" >"$place/engine.log" 2>&1 &
  started+=($!)
  await $! "$place/engine.log" docker --host "$1" version
}
