#!/usr/bin/env bash
# Shows the layers, layouts and archives that we write to other programs, and theirs to `wbuild verify`.
#
#   tests/real/layers.sh     needs skopeo, umoci, buildah, gzip, pigz, igzip, zstd, tar and python3; as root also a full
#                            disk; with dockerd, docker and a static busybox also `docker load`, `run` and `save`
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/real/services.sh
source tests/real/services.sh

need skopeo umoci buildah gzip pigz igzip zstd tar python3
cargo build --quiet -p wbuild -p tests --bin wbuild --bin write-images
target=${CARGO_TARGET_DIR:-target}/debug
root=$PWD
wbuild=$root/$target/wbuild
begin layers

said() { printf '  %s\n' "$*"; }

busybox=$(command -v busybox || true)
"$target/write-images" "$place/out" ${busybox:+"$busybox"}
cd "$place/out"

# The same bytes whatever the surroundings are.
mkdir -m 700 "$place/other folder"
(umask 077 && TZ=Asia/Tokyo LC_ALL=C "$root/$target/write-images" "$place/other folder/out" ${busybox:+"$busybox"})
diff -r . "$place/other folder/out" --exclude lock >/dev/null || fail "another umask, time zone and folder give other bytes"
said "the same images under another umask, time zone and folder"

for name in gzip zstd; do
  "$wbuild" verify "oci:windows:$name" >/dev/null || fail "our own verify refuses $name"
  version=$(skopeo --override-os windows inspect --config "oci:windows:$name" | python3 -c 'import json,sys; print(json.load(sys.stdin)["os.version"])')
  [[ $version == 10.0.20348.2700 ]] || fail "skopeo reads os.version $version from $name"
  skopeo --override-os windows copy --quiet "oci:windows:$name" "oci:copied:$name"
  "$wbuild" verify "oci:copied:$name" >/dev/null || fail "$name is not whole after skopeo copied it"
done
said "skopeo reads the config of our Windows images and copies them whole, gzip and zstd"

umoci stat --image windows:gzip --json >/dev/null
umoci raw unpack --rootless --image windows:gzip unpacked >/dev/null 2>&1 || fail "umoci cannot unpack gzip"
cmp unpacked/Files/App/noise.bin unpacked/Files/App/again.bin || fail "umoci reads another file through the hard link"
[[ ! -e unpacked/Files/License.txt ]] || fail "umoci does not see the whiteout"
said "umoci unpacks them, hard link and whiteout too"

for blob in windows/blobs/sha256/*; do
  case $(head -c 4 "$blob" | od -An -tx1 | tr -d ' ') in
    1f8b*)
      # Each block is a member of its own: whoever stopped behind the first would see another layer. containerd and Docker
      # unpack with igzip or pigz where they find one.
      expected=$(gzip -dc <"$blob" | sha256sum)
      for reader in "pigz -dc" "igzip -dc" "python3 -c 'import gzip,shutil,sys; shutil.copyfileobj(gzip.open(sys.stdin.buffer), sys.stdout.buffer)'"; do
        [[ $(eval "$reader" <"$blob" | sha256sum) == "$expected" ]] || fail "$reader reads another layer than gzip"
      done
      ;;
    28b52ffd) zstd -tq <"$blob" ;;
  esac
done
said "gzip, pigz, igzip, Python's gzip and zstd read every layer alike"

tar --warning=no-unknown-keyword -tf windows-layer.tar >/dev/null
python3 "$root/tests/real/layers.py" windows-layer.tar >/dev/null || fail "tarfile reads another layer than we mean"
said "GNU tar and Python's tarfile read the layer, with every record where it should be"

skopeo copy --quiet oci-archive:oci.tar:wbuild/sample:v1 oci:from-oci:v1
skopeo copy --quiet docker-archive:docker.tar:wbuild/sample:v1 oci:from-docker:v1
skopeo copy --quiet oci:linux:v1 oci-archive:theirs.tar:v1
skopeo copy --quiet oci:linux:v1 docker-archive:theirs-docker.tar:sample:v1
for image in oci:from-oci:v1 oci:from-docker:v1 oci-archive:theirs.tar:v1 docker-archive:theirs-docker.tar; do
  "$wbuild" verify "$image" >/dev/null || fail "$image is not in order"
done
said "skopeo reads our archives and we read skopeo's"

# What buildah makes of a Windows path on Linux.
printf 'FROM scratch\nWORKDIR C:\\app\nCOPY a.txt C:/app/a.txt\n' >Dockerfile
echo text >a.txt
buildah --root "$place/b" --runroot "$place/r" --storage-driver vfs build --quiet --os windows -t oci:buildah:v1 -f Dockerfile . >/dev/null 2>&1 ||
  buildah --root "$place/b" --runroot "$place/r" --storage-driver vfs bud -q --os windows -t sample -f Dockerfile . >/dev/null
[[ -e buildah ]] || buildah --root "$place/b" --runroot "$place/r" --storage-driver vfs push -q sample oci:buildah:v1
code=0
"$wbuild" verify oci:buildah:v1 >buildah.txt || code=$?
[[ $code == 7 ]] || fail "verify ends with $code for buildah's image"
for defect in WL001 WL030 WL107; do grep -q "$defect" buildah.txt || fail "verify does not name $defect in buildah's image"; done
said "verify names what is wrong with the image that buildah $(buildah --version | cut -d' ' -f3) makes"

if ((EUID == 0)); then
  mkdir small && mount -t tmpfs -o size=2m tmpfs small
  code=0
  "$root/$target/write-images" small/out 2>full.txt || code=$?
  ((code != 0)) || fail "a full disk is taken for success"
  grep -qi 'no space' full.txt || fail "a full disk is not named: $(cat full.txt)"
  "$wbuild" verify oci:small/out/windows:nanoserver >/dev/null || fail "the store is damaged after the disk was full"
  [[ -z $(ls small/out/windows/.wbuild/tmp) ]] || fail "the full disk still has what was not finished"
  said "a full disk is named, and what was there before is whole"
fi

if ((EUID == 0)) && [[ $busybox ]] && command -v dockerd >/dev/null; then
  export DOCKER_HOST=unix://$place/docker.sock DOCKER_CONFIG=$place/config
  start_engine "$DOCKER_HOST"
  docker load --quiet --input docker.tar >/dev/null
  [[ $(docker run --rm --network none wbuild/sample:v1) == "hello from the layer" ]] || fail "the loaded image says something else"
  docker save --output saved.tar wbuild/sample:v1
  "$wbuild" verify docker-archive:saved.tar >/dev/null || fail "what docker saved is not in order"
  said "docker loads, runs and saves the Linux image"
fi
echo "layers.sh: every reader takes what we write"
