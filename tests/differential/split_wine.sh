#!/usr/bin/env bash
# Runs cmd scripts whole and cut into units, and compares the file trees and the exit codes that they leave.
#
#   RUNNER=wine tests/differential/split_wine.sh WBUILD
#
# RUNNER starts a Windows program in the current folder; on Windows itself (Git Bash) it stays empty. WBUILD is a wbuild of
# this system, or wbuild.exe. Wine's cmd is not Windows': this shows that cutting changes nothing, not what cmd does.
set -euo pipefail
wbuild=$(realpath "$1")
runner=(${RUNNER:-})
planner=("$wbuild")
[[ $wbuild != *.exe ]] || planner=("${runner[@]}" "$wbuild")
export MSYS2_ARG_CONV_EXCL='*' WINEDEBUG=${WINEDEBUG:--all}
work=$(mktemp -d "${TMPDIR:-/tmp}/split-wine.XXXXXX")
trap 'rm -rf "$work"' EXIT

# One script a line. They write below the folder they start in, only use commands inside cmd, and have no quotes, which not
# every way into cmd keeps. `echo` writes the blank before the next `&&`, so some have none there.
samples=(
  'mkdir a && echo one>a\1.txt&& mkdir b && copy /y a\1.txt b\2.txt'
  'echo x>x.txt&& ren x.txt y.txt && move y.txt z.txt && del z.txt && echo end> end.txt'
  'mkdir deep\er && cd deep && echo here> here.txt && cd .. && echo there> there.txt'
  'pushd . && mkdir p && popd && echo q> q.txt && mkdir r'
  'echo a> f.txt && echo b>> f.txt && mkdir t && rd t && echo c>> f.txt'
  'mkdir tmp && echo t> tmp\t.txt && copy /y tmp\t.txt kept.txt && rd /s /q tmp && mkdir after'
  'set X=1&& mkdir v && echo done>v\done.txt&& mkdir w'
  'if not exist n mkdir n && echo n> n\n.txt && mkdir m'
  '(echo 1& echo 2)> two.txt && mkdir g && copy /y two.txt g\three.txt'
  'type nul> empty.txt && mkdir s1 s2 && del empty.txt && mkdir s3'
  'mkdir one && mkdir two && echo x> three.txt'
  'set Y=dir&& mkdir sub && mkdir %Y%'
  'mkdir one && echo blank > b.txt && echo none>n.txt&& mkdir two'
  'mkdir one && echo x > nul && mkdir two'
  'for %i in (1 2 3) do @mkdir d%i && echo z> z.txt'
  'mkdir m1 & mkdir m2 && mkdir m3 || mkdir m4'
  'mkdir before && copy missing there && mkdir never'
  'mkdir up && cd up && mkdir in || mkdir never && echo u> u.txt'
)

# What a wrong cut leaves must be seen: a script, and units of it that are not the same.
wrong=('mkdir d && cd d && echo x> x.txt' $'mkdir d\ncd d\necho x> x.txt')

tree() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort | while read -r path; do
  if [[ -d $path ]]; then echo "$path/"; else echo "$path $(sha256sum <"$path")"; fi; done); }

run() { # FOLDER SCRIPT: as the builder runs it; gives its exit code
  local code=0
  (cd "$1" && "${runner[@]}" cmd.exe /S /C "$2" </dev/null) >>"$1.log" 2>&1 || code=$?
  echo "$code"
}

cut() { # FOLDER UNITS: one after the other, until one fails
  local code=0 unit
  while IFS= read -r unit; do
    code=$(run "$1" "$unit")
    ((code == 0)) || break
  done <"$2"
  echo "$code"
}

differ() { # FOLDER SCRIPT: runs it whole and cut, and says whether the two come to different things
  local whole cut
  mkdir -p "$1"/{whole,cut}
  whole=$(run "$1/whole" "$2")
  cut=$(cut "$1/cut" "$1/units")
  if [[ -z $(tree "$1/whole") ]]; then
    echo "nothing was written: does ${runner[*]:-this system} run cmd.exe?" >"$1/why"
  else
    { diff <(tree "$1/whole"; echo "exit $whole") <(tree "$1/cut"; echo "exit $cut") || true; } >"$1/why"
  fi
  [[ -s $1/why ]]
}

mkdir "$work/wrong"
printf '%s\n' "${wrong[1]}" >"$work/wrong/units"
differ "$work/wrong" "${wrong[0]}" && grep -q 'd/x.txt' "$work/wrong/why" ||
  { echo "FAILED: a wrong cut is not seen"; cat "$work/wrong/"*; exit 1; }
echo "a wrong cut is seen: ${wrong[0]}"

failed=0 several=0
for number in "${!samples[@]}"; do
  script=${samples[$number]}
  folder=$work/$number; mkdir -p "$folder"
  printf '# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN %s\n' "$script" >"$folder/Dockerfile"
  (cd "$folder" && "${planner[@]}" plan --lint off --split max --format dockerfile . </dev/null) >"$folder/plan"
  tr -d '\r' <"$folder/plan" | sed -n 's/^RUN //p' >"$folder/units"
  units=$(wc -l <"$folder/units")
  ((units > 0)) || { echo "FAILED $script: no RUN in its plan"; failed=1; continue; }
  if differ "$folder" "$script"; then
    echo "FAILED $script"; cat "$folder/units" "$folder/why" "$folder/"*.log; failed=1
  else
    echo "ok, $units units: $script"
    ((units == 1)) || several=$((several + 1))
  fi
done
echo "${#samples[@]} scripts, $several of them cut"
((several >= 8)) || { echo "FAILED: too few of them are cut to show anything"; failed=1; }
exit "$failed"
