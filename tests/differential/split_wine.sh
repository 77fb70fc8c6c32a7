#!/usr/bin/env bash
# Runs the cmd samples below whole and cut into units, and compares the file trees that they leave.
#
#   tests/differential/split_wine.sh WBUILD COMMAND...
#
# COMMAND starts a Windows program in the current folder: `wine`, or whatever runs one here. Each script is run as
# `COMMAND cmd.exe /S /C SCRIPT`. Wine's cmd is not Windows': this shows that cutting changes nothing, not what cmd does.
set -euo pipefail
wbuild=$(realpath "$1"); shift
runner=("$@")
work=$(mktemp -d "${TMPDIR:-/tmp}/split-wine.XXXXXX")
trap 'rm -rf "$work"' EXIT

# One script a line. They write below the folder they start in and only use commands inside cmd.
samples=(
  'mkdir a && echo one> a\1.txt && mkdir b && copy /y a\1.txt b\2.txt'
  'echo x> x.txt && ren x.txt y.txt && move y.txt z.txt && del z.txt && echo end> end.txt'
  'mkdir deep\er && cd deep && echo here> here.txt && cd .. && echo there> there.txt'
  'pushd . && mkdir p && popd && echo q> q.txt && mkdir r'
  'echo a> f.txt && echo b>> f.txt && mkdir t && rd t && echo c>> f.txt'
  'mkdir tmp && echo t> tmp\t.txt && copy /y tmp\t.txt kept.txt && rd /s /q tmp && mkdir after'
  'set X=1&& mkdir v && echo done> v\done.txt && mkdir w'
  'if not exist n mkdir n && echo n> n\n.txt && mkdir m'
  '(echo 1& echo 2)> two.txt && mkdir g && copy /y two.txt g\three.txt'
  'type nul> empty.txt && mkdir s1 s2 && del empty.txt && mkdir s3'
)

tree() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort | while read -r path; do
  if [[ -d $path ]]; then echo "$path/"; else echo "$path $(sha256sum <"$path")"; fi; done); }

failed=0
for number in "${!samples[@]}"; do
  script=${samples[$number]}
  folder=$work/$number; mkdir -p "$folder"/{whole,cut}
  printf '# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN %s\n' "$script" >"$folder/Dockerfile"
  "$wbuild" plan --lint off --split max --format json "$folder" >"$folder/plan.json"
  python3 - "$folder/plan.json" >"$folder/units" <<'PY'
import json, sys
for stage in json.load(open(sys.argv[1]))["stages"]:
    for step in stage["steps"]:
        if step["action"]["kind"] == "run":
            print(step["action"]["command"]["shell"])
PY
  (cd "$folder/whole" && "${runner[@]}" cmd.exe /S /C "$script" >"$folder/whole.log" 2>&1) || echo "whole: exit $?" >>"$folder/whole.log"
  while read -r unit; do
    (cd "$folder/cut" && "${runner[@]}" cmd.exe /S /C "$unit" >>"$folder/cut.log" 2>&1 </dev/null) || { echo "cut: exit $?" >>"$folder/cut.log"; break; }
  done <"$folder/units"
  if [[ -z $(tree "$folder/whole") ]]; then
    echo "FAILED $script: nothing was written, does ${runner[*]} run cmd.exe?"; cat "$folder/whole.log"; failed=1
  elif ! diff <(tree "$folder/whole") <(tree "$folder/cut"); then
    echo "FAILED $script"; cat "$folder/units"; failed=1
  else
    echo "ok, $(wc -l <"$folder/units") units: $script"
  fi
done
exit "$failed"
