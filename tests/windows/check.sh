#!/usr/bin/env bash
# Uses both commands as people on Windows do, and checks what they print and write: paths with backslashes, wildcards, line
# endings, redirection through cmd, reports, git, and an image that has the digest of every other machine.
#
#   tests/windows/check.sh WLINT.exe WBUILD.exe                in Git Bash on Windows
#   RUNNER=wine tests/windows/check.sh WLINT.exe WBUILD.exe    elsewhere, with whatever starts Windows' programs
#   NATIVE=WLINT ...                                           also compares each report with that of this wlint
#
# It wants a git.exe where Windows' programs find one; without, say `GIT=none`, and what needs it counts as not run. It
# writes to a temporary folder only, needs no network, and exits with 1 when anything is not as it should be.
set -uo pipefail
wlint=$(realpath "$1") wbuild=$(realpath "$2")
root=$(cd "$(dirname "$0")/../.." && pwd)
runner=(${RUNNER:-})
native=${NATIVE:+$(realpath "$NATIVE")}
export MSYS2_ARG_CONV_EXCL='*' WINEDEBUG=${WINEDEBUG:--all}
unset NO_COLOR CLICOLOR CLICOLOR_FORCE SOURCE_DATE_EPOCH
work=$(mktemp -d "${TMPDIR:-/tmp}/on-windows.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0 not_run=0
case=

ok() { passed=$((passed + 1)); }
bad() { # WHAT [FILE]: notes a failure, and shows what was printed
  failed=$((failed + 1))
  echo "FAILED $case: $1"
  [[ ! -f ${2:-} ]] || head -c 2000 "$2" | sed 's/^/    /'
}
begin() { case=$1; echo "== $1"; }
start() { "${runner[@]}" "$@"; }
run() { # CODE PROGRAM ARGUMENT...: runs it with its output in out and err, and checks its exit code
  local want=$1 code=0
  shift
  start "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
  if ((code == want)); then ok; else bad "exit code $code instead of $want: ${*:2}" "$work/err"; fi
}
has() { if grep -qF -- "$2" "$1"; then ok; else bad "no \"$2\" in $1" "$1"; fi; }
lacks() { if [[ -f $1 ]] && ! grep -qF -- "$2" "$1"; then ok; else bad "\"$2\" in $1, or no such file" "$1"; fi; }
same() { if cmp -s "$1" "$2"; then ok; else bad "$1 and $2 differ" "$1"; fi; }
equal() { if [[ $1 == "$2" ]]; then ok; else bad "\"$1\" instead of \"$2\""; fi; }
count() { tr -dc "$1" <"$2" | wc -c | tr -d ' '; }
crlf() { sed 's/$/\r/'; }

here=$(start cmd.exe /D /C cd | tr -d '\r')
export WBUILD_STORE="$here\\store"
echo "in $here: $(start "$wlint" --version | tr -d '\r'), $(start "$wbuild" --version | tr -d '\r')"

mkdir -p docker/deep legacy made
dockerfile() {
  printf '%s\n' '# escape=`' 'FROM mcr.microsoft.com/windows/servercore:ltsc2022' '# Grüße, 世界' \
    'RUN powershell iwr https://example.com/t.zip -OutFile t.zip'
}
dockerfile >docker/Dockerfile
dockerfile | crlf >docker/crlf.Dockerfile
dockerfile >docker/deep/app.Dockerfile
dockerfile >legacy/Dockerfile
printf '%s\n' '# escape=`' 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022' >docker/clean.Dockerfile
rule=web-request-without-basic-parsing

begin 'paths with backslashes'
run 1 "$wlint" check '.\docker\Dockerfile'
has out " --> docker\\Dockerfile:4:"
has out "[$rule]"
cp out spelled
run 1 "$wlint" check './docker/Dockerfile'
same out spelled
run 1 "$wlint" check "$here\\docker\\Dockerfile"
has out " --> $here\\docker\\Dockerfile:4:"
run 1 "$wlint" check --format concise 'docker\'
has out 'docker\deep\app.Dockerfile:4:'
has out 'docker\crlf.Dockerfile:4:'
lacks out 'clean.Dockerfile'
run 1 "$wlint" check --format concise .
has out 'legacy\Dockerfile:4:'
run 0 "$wlint" show '.\docker\Dockerfile'
has out 'servercore:ltsc2022'

begin 'wildcards, which cmd and PowerShell leave to the program'
run 1 "$wlint" check --format concise '.\docker\*.DOCKERFILE'
has out 'docker\crlf.Dockerfile:4:'
lacks out 'app.Dockerfile'
run 1 "$wlint" check --format concise '**\Dockerfile'
has out 'docker\Dockerfile:4:'
has out 'legacy\Dockerfile:4:'
lacks out 'crlf.Dockerfile'
run 2 "$wlint" check 'docker\*.df'
has err 'docker\*.df: no file fits this pattern'

begin 'exit codes'
run 0 "$wlint" check 'docker\clean.Dockerfile' --fail-on error
run 0 "$wlint" check 'docker\Dockerfile' --fail-on never
run 2 "$wlint" check 'docker\missing.Dockerfile' 'docker\Dockerfile'
has err 'docker\missing.Dockerfile'
has out "[$rule]"
run 2 "$wlint" check --no-such-option
run 2 "$wlint" check --select no-such-rule .

begin 'line endings, encoding and colours of what is printed'
run 1 "$wlint" check 'docker\crlf.Dockerfile' 'docker\Dockerfile'
equal "$(count '\r' out)" 0
equal "$(count '\033' out)" 0
run 1 "$wlint" check --color always 'docker\Dockerfile'
if (($(count '\033' out) > 0)); then ok; else bad 'no colours where they were asked for' out; fi
# The lines of a patch keep their endings, so that it fits.
run 1 "$wlint" check --diff 'docker\crlf.Dockerfile'
has out $'-OutFile t.zip\r'
lacks out $'\r\r'
dockerfile | sed 's/t.zip -Out/ü世.zip -Out/' >docker/utf8.Dockerfile
run 1 "$wlint" check 'docker\utf8.Dockerfile'
has out 'https://example.com/ü世.zip'
rm docker/utf8.Dockerfile
cp "$wlint" wlint.exe
start cmd.exe /D /C '.\wlint.exe check .\docker\Dockerfile >made\cmd.txt 2>&1' </dev/null
equal $? 1
same made/cmd.txt spelled
start cmd.exe /D /C 'wlint check .\docker\Dockerfile | findstr /C:"-->"' </dev/null | tr -d '\r' >made/piped.txt
has made/piped.txt ' --> docker\Dockerfile:4:'
start "$wlint" check - <docker/crlf.Dockerfile >made/stdin.txt 2>err
equal $? 1
has made/stdin.txt "[$rule]"

begin 'mending keeps line endings, marks, and files that are not to be written'
cp docker/crlf.Dockerfile fixed.Dockerfile
run 1 "$wlint" check --fix fixed.Dockerfile
has fixed.Dockerfile 'UseBasicParsing'
equal "$(count '\r' fixed.Dockerfile)" "$(count '\n' fixed.Dockerfile)"
equal "$(grep -c $'\r$' fixed.Dockerfile)" "$(count '\n' fixed.Dockerfile)"
cp fixed.Dockerfile once
run 1 "$wlint" check --fix fixed.Dockerfile
same fixed.Dockerfile once
cp docker/Dockerfile fixed.Dockerfile
run 1 "$wlint" check --fix fixed.Dockerfile
has fixed.Dockerfile 'UseBasicParsing'
equal "$(count '\r' fixed.Dockerfile)" 0
{ printf '\xef\xbb\xbf'; dockerfile | crlf; } >fixed.Dockerfile
run 1 "$wlint" check --fix fixed.Dockerfile
equal "$(head -c 3 fixed.Dockerfile | od -An -tx1 | tr -d ' \n')" efbbbf
equal "$(count '\r' fixed.Dockerfile)" "$(count '\n' fixed.Dockerfile)"
cp docker/Dockerfile fixed.Dockerfile
start attrib.exe +R fixed.Dockerfile </dev/null
run 2 "$wlint" check --fix fixed.Dockerfile
has err 'fixed.Dockerfile'
same fixed.Dockerfile docker/Dockerfile
start attrib.exe -R fixed.Dockerfile </dev/null
rm -f fixed.Dockerfile once
equal "$(find . -name '.wlint-*' | wc -l | tr -d ' ')" 0

begin 'reports in files'
formats=(text concise json sarif github azure gitlab junit checkstyle teamcity markdown)
pairs=()
for format in "${formats[@]}"; do pairs+=(--format "$format" --output "made\\$format.txt"); done
run 1 "$wlint" check "${pairs[@]}" '.\docker\Dockerfile' 'docker\deep'
for format in "${formats[@]}"; do
  report=made/$format.txt
  has "$report" "$rule"
  equal "$(count '\r' "$report")" 0
  case $format in
    text | concise) has "$report" 'docker\deep\app.Dockerfile' ;;
    *) has "$report" 'docker/deep/app.Dockerfile'
       lacks "$report" 'docker\deep' ;;
  esac
done
run 2 "$wlint" check --format json --output 'missing\report.json' --format sarif --output 'made\never.sarif' docker
has err 'missing\report.json'
if [[ -e made/never.sarif ]]; then bad 'half of the reports were written'; else ok; fi
run 1 "$wlint" check --format json --output 'made\json.txt' '.\docker\Dockerfile' 'docker\deep'
if [[ -n $native ]]; then
  for format in "${formats[@]}"; do
    "$native" check --format "$format" ./docker/Dockerfile docker/deep >want 2>err
    if [[ $format == text || $format == concise ]]; then tr '\\' '/' <"made/$format.txt" >got; else cp "made/$format.txt" got; fi
    if [[ $format == text || $format == concise ]]; then tr '\\' '/' <want >want2; mv want2 want; fi
    same got want
  done
else
  echo 'not compared with a wlint of this system: NATIVE names none'
fi

begin 'a configuration in a folder above'
cat >wlint.toml <<TOML
[per-file-ignores]
'Legacy\**' = ["$rule"]
'.\docker\deep\app.dockerfile' = ["$rule"]
TOML
run 1 "$wlint" check --format concise .
has out "docker\\Dockerfile:4:"
if grep -F "$rule" out | grep -qE 'legacy|app\.'; then bad 'a pattern with backslashes does not fit' out; else ok; fi
run 0 "$wlint" check --show-settings 'legacy\Dockerfile'
has out 'wlint.toml'
printf '%s\n' '[severity]' 'no-such-rule = "off"' >wlint.toml
run 2 "$wlint" check 'docker\Dockerfile'
has err 'wlint.toml'
has err 'no-such-rule'
rm wlint.toml

begin 'a baseline in a folder of its own'
run 0 "$wlint" check --write-baseline 'made\baseline.json' .
lacks made/baseline.json '\\'
has made/baseline.json '"../docker/deep/app.Dockerfile"'
run 0 "$wlint" check --baseline 'made\baseline.json' "$here"
printf 'CMD a\nCMD b\n' >>docker/Dockerfile
run 1 "$wlint" check --fail-on info --baseline 'made\baseline.json' --format concise .
has out 'docker\Dockerfile:5:'
lacks out ':4:'
dockerfile >docker/Dockerfile

begin 'plans, and images without Windows'
(cd "$root" && start "$wbuild" plan '.\testdata\builds\site' </dev/null) >made/plan.txt 2>err
equal $? 0
has made/plan.txt 'testdata/builds/site/Dockerfile: '
equal "$(count '\r' made/plan.txt)" 0
want=$(sed -n '/<!-- output: wbuild build/,/<!-- \/output/{/^sha256:/p}' "$root/README.md")
equal "$(sed 's/[0-9a-f]\{64\}/DIGEST/' <<<"$want")" sha256:DIGEST
build=(build '.\testdata\builds\site' --build-context 'base=oci:testdata\images\windows:servercore-ltsc2022' --progress quiet)
for place in "oci:$here\\made\\site:v1" "oci-archive:$here\\made\\site.tar" "docker-archive:$here\\made\\docker.tar"; do
  equal "$(cd "$root" && start "$wbuild" "${build[@]}" --output "$place" 2>"$work/err" </dev/null | tr -d '\r')" "$want"
done
run 0 "$wbuild" verify 'oci:made\site:v1'
run 0 "$wbuild" verify 'oci-archive:made\site.tar'
run 0 "$wbuild" inspect 'oci:made\site:v1'
has out '10.0.20348'
mkdir -p app/Data
printf 'one\r\ntwo\r\n' >app/Data/settings.ini
(cd app && tar -czf more.tgz Data)
printf '%s\r\n' '# escape=`' 'FROM base' 'WORKDIR C:\app' 'COPY data\ C:\app\data\' 'ADD more.tgz C:\more\' >app/Dockerfile
base="base=oci:$(cd "$root" && start cmd.exe /D /C cd | tr -d '\r')\\testdata\\images\\windows:servercore-ltsc2022"
run 0 "$wbuild" build app --build-context "$base" --output 'oci:made\app:v1' --progress plain
run 0 "$wbuild" verify 'oci:made\app:v1'
mkdir engine
printf '%s\n' '# escape=`' 'FROM base' 'RUN msiexec /i C:\x.msi /qn' >engine/Dockerfile
run 1 "$wbuild" build engine --build-context "$base" --engine offline
has err 'engine/Dockerfile:3: it runs `msiexec`'
DOCKER_HOST='npipe:////./pipe/wbuild-no-such-engine' run 1 "$wbuild" build engine --build-context "$base"
has err 'no engine answers at npipe:////./pipe/wbuild-no-such-engine'

begin 'git'
if [[ ${GIT:-} == none ]]; then
  not_run=$((not_run + 1))
  echo 'NOT RUN: what changed since a revision, and the tags of a commit, need git.exe'
else
  mkdir repository && cd repository
  git() { start git.exe -c user.name=a -c user.email=a@example.com "$@" </dev/null; }
  mkdir docker
  dockerfile | crlf >docker/Dockerfile
  git init --quiet --initial-branch=main && git config core.autocrlf true && git add . 2>/dev/null && git commit --quiet -m 'feat: first' && git tag v1.2.0
  equal $? 0
  printf 'CMD a\r\nCMD b\r\n' >>docker/Dockerfile
  dockerfile >docker/new.Dockerfile
  out=$work/out
  run 1 "$wlint" check --since v1.2.0 --fail-on info --format concise '.\docker'
  has "$out" 'docker\Dockerfile:5:'
  has "$out" 'docker\new.Dockerfile:4:'
  lacks "$out" 'docker\Dockerfile:4:'
  run 2 "$wlint" check --since no-such-revision docker
  has "$work/err" 'no-such-revision'
  lacks "$work/err" '\\?\'
  git add . 2>/dev/null && git commit --quiet -m 'fix: second'
  run 0 "$wbuild" tags
  has "$out" 'main'
  git tag v1.2.1
  run 0 "$wbuild" tags
  has "$out" '1.2.1'
  run 0 "$wbuild" tags --path 'docker'
  cd .. || exit 1
fi

printf '\n%d checks passed, %d failed, %d groups not run\n' "$passed" "$failed" "$not_run"
((failed == 0))
