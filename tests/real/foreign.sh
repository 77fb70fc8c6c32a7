#!/usr/bin/env bash
# What BuildKit and crane make of a Windows image, shown to `wbuild verify`; and our images, shown to `crane validate`.
#
#   BUILDX="docker buildx" CRANE=crane tests/real/foreign.sh     prints what was found, and fails when a defect is missed
#
# BUILDX and CRANE are command lines that work in the current directory; without one of them its part is left out, and
# said to be. Needs docker-registry, skopeo and tar. Debian 12 has neither crane nor buildx, so .ci/run leaves this
# to whoever has them; docs/verify.md holds what was printed.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/real/services.sh
source tests/real/services.sh

need docker-registry skopeo tar
[[ ${BUILDX:-}${CRANE:-} ]] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
cargo build --quiet -p wbuild -p tests --bin wbuild --bin write-images
target=$PWD/${CARGO_TARGET_DIR:-target}/debug
wbuild=$target/wbuild
begin foreign
port=${REGISTRY_PORT:-5019}

missed=0
expect() { # SOURCE CODE...: verify names each code, and ends with 7
  local code=0 found
  "$wbuild" verify "$1" >found.txt || code=$?
  grep -E '^    (error|warning) WL' found.txt || true
  ((code == 7)) || fail "verify ends with $code for $1: $(cat found.txt)"
  for found in "${@:2}"; do
    grep -q " $found " found.txt || { echo "$script: verify does not name $found in $1" >&2; missed=1; }
  done
}

start_registry "$port"
"$target/write-images" "$place/ours"
cd "$place"

# A context of Linux: links, a hard link, names that Windows cannot have, two that differ in letter case only.
mkdir -p context/folder/sub context/odd
echo a >context/a.txt
echo b >context/folder/sub/b.txt
ln -s a.txt context/link
ln -s folder context/folder-link
ln context/a.txt context/hard
touch -d '2001-02-03 04:05:06.016779500' context/a.txt
for name in con 'a?b' 'trailing.' Name name; do echo x >"context/odd/$name"; done

if [[ ${BUILDX:-} ]]; then
  cat >Dockerfile <<'FILE'
# escape=`
FROM base
WORKDIR C:\app
COPY [".", "C:/Program Files/app/"]
FILE
  # shellcheck disable=SC2086 # a command line
  $BUILDX build --quiet --platform windows/amd64 --provenance=false \
    --build-context "base=oci-layout://$PWD/ours/windows:nanoserver-ltsc2022" \
    --output type=oci,dest=buildkit.tar -f Dockerfile context >buildx.txt 2>&1 || fail "buildx: $(cat buildx.txt)"
  echo "BuildKit, by $($BUILDX version | head -1):"
  # Targets of links, links to folders, times, who may do what in folders of the base, names.
  expect oci-archive:buildkit.tar WL022 WL023 WL025 WL044 WL006 WL007 WL008 WL013
else
  echo "BuildKit: left out, there is no BUILDX"
fi

if [[ ${CRANE:-} ]]; then
  skopeo --override-os windows copy --quiet --dest-tls-verify=false oci:ours/windows:nanoserver-ltsc2022 "docker://localhost:$port/base:v1"
  tar -cf whole.tar -C context --sort=name .
  tar -cf bare.tar -C context folder/sub/b.txt a.txt hard --transform 's|^a.txt|Program Files/app/a.txt|;s|^hard|Program Files/app/hard|'
  echo "crane:"
  append() { # TAR TAG
    $CRANE append --base "localhost:$port/base:v1" --new_layer "$1" --new_tag "localhost:$port/$2" >crane.txt 2>&1 || fail "crane: $(cat crane.txt)"
  }
  append whole.tar whole:v1
  # The folder twice, links to folders, hard links, times, names.
  expect "docker://localhost:$port/whole:v1" WL014 WL023 WL024 WL025 WL006 WL007 WL008 WL013
  append bare.tar bare:v1
  echo "crane, from a tar without folders:"
  expect "docker://localhost:$port/bare:v1" WL015 WL024 WL025
  $CRANE append --oci-empty-base --new_layer whole.tar --new_tag "localhost:$port/empty:v1" >crane.txt 2>&1 || fail "crane: $(cat crane.txt)"
  $CRANE mutate --set-platform windows/amd64 "localhost:$port/empty:v1" --tag "localhost:$port/empty:v2" >crane.txt 2>&1 || fail "crane: $(cat crane.txt)"
  echo "crane, a Linux image whose platform was changed:"
  expect "docker://localhost:$port/empty:v2" WL029 WL030 WL031 WL034 WL107

  echo "crane validate of our images:"
  $CRANE validate --tarball ours/docker.tar
  for image in windows:gzip linux:v1; do
    "$wbuild" push "oci:ours/$image" "localhost:$port/${image/:/-}:v1" >push.txt 2>&1 || fail "push: $(cat push.txt)"
    $CRANE validate --remote "localhost:$port/${image/:/-}:v1"
  done
else
  echo "crane: left out, there is no CRANE"
fi
((missed == 0)) || fail "defects were missed"
echo "foreign.sh: verify names every defect that is expected"
