#!/usr/bin/env bash
# The ways to a user's machine, tried: the wheel in a clean environment, the hooks of pre-commit on a scratch repository,
# the manifests of package managers, and the templates for CI services by their schemas.
#
#   tests/packaging/check.sh WLINT WBUILD TOOLS
#
# WLINT is the release binary, WBUILD any, TOOLS a virtual environment with maturin, pre-commit, check-jsonschema and
# PyYAML.
set -euo pipefail
cd "$(dirname "$0")/../.."
wlint=$(realpath "$1")
wbuild=$(realpath "$2")
tools=$(realpath "$3")
target=$(realpath "$(dirname "$wlint")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "packaging: $1" >&2
  exit 1
}

wheel() {
  # The compiler has done its work for the release binary already.
  "$tools/bin/maturin" build --quiet --release --locked --compatibility linux --auditwheel skip --out "$work/wheels"
  python3 -m venv "$work/clean"
  "$work/clean/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$work/wheels" wlint
  [[ $("$work/clean/bin/wlint" --version) == $("$wlint" --version) ]] || fail "the wheel holds another version"
  local code=0
  "$work/clean/bin/wlint" check --quiet --format concise testdata/samples/java-service.Dockerfile >"$work/found" || code=$?
  ((code == 1)) || fail "the wheel's wlint gave exit code $code for a file with mistakes"
  grep -q 'error\[trailing-backslash-continuation\]' "$work/found" || fail "the wheel's wlint missed a mistake"
  echo "packaging: the wheel is installed and lints"
}

# Runs pre-commit on the scratch repository; its output stays in $work/log.
commit_hooks() {
  (cd "$work/scratch" && PRE_COMMIT_HOME=$work/cache CARGO_TARGET_DIR=$target MATURIN_PEP517_ARGS="--profile dev" \
    "$tools/bin/pre-commit" run --all-files --color never >"$work/log" 2>&1)
}

# All files of this repository, as a checkout has them, in a repository of one commit.
checkout() {
  mkdir "$1"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory "$1"
  git init --quiet "$1"
  local git=(git -c user.name=ci -c user.email=ci@example.com)
  "${git[@]}" -C "$1" add .
  "${git[@]}" -C "$1" commit --quiet -m checkout
}

hooks() {
  # pre-commit builds the command from the checkout. Optimised it is built above already: that would only take longer.
  checkout "$work/hooks"
  git init --quiet "$work/scratch"
  printf 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD ["one"]\nCMD ["two"]\n' >"$work/scratch/Dockerfile"
  printf 'target\n' >"$work/scratch/Dockerfile.dockerignore"
  cat >"$work/scratch/.pre-commit-config.yaml" <<YAML
repos:
  - repo: $work/hooks
    rev: $(git -C "$work/hooks" rev-parse HEAD)
    hooks:
      - id: wlint
YAML
  git -C "$work/scratch" add .
  ! commit_hooks || fail "the hook passed a file with a mistake"
  grep -q 'warning\[multiple-cmd-entrypoint\]' "$work/log" || fail "the hook did not say what is wrong: $(cat "$work/log")"
  ! grep -q dockerignore "$work/log" || fail "the hook linted a .dockerignore"
  sed -i 's/id: wlint$/id: wlint-fix/' "$work/scratch/.pre-commit-config.yaml"
  git -C "$work/scratch" add .
  ! commit_hooks || fail "the fixing hook changed nothing"
  grep -q 'files were modified by this hook' "$work/log" || fail "the fixing hook failed: $(cat "$work/log")"
  grep -qx '# CMD \["one"\]' "$work/scratch/Dockerfile" || fail "the fixing hook mended something else"
  git -C "$work/scratch" add .
  commit_hooks || fail "the mended file does not pass: $(cat "$work/log")"
  echo "packaging: pre-commit ran, failed, fixed and passed"
}

manifests() {
  local version name
  version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
  for name in wlint-x86_64-pc-windows-msvc.zip wlint-aarch64-pc-windows-msvc.zip; do
    printf '%s  %s\n' "$(printf %s "$name" | sha256sum | cut -d' ' -f1)" "$name" >>"$work/SHA256SUMS"
  done
  python3 lint/packaging/fill.py --repository example/wlint --sums "$work/SHA256SUMS" --out "$work/manifests"
  "$tools/bin/python" tests/packaging/manifests.py "$work/manifests" "$work/SHA256SUMS" "$version"
  : >"$work/empty"
  ! python3 lint/packaging/fill.py --repository example/wlint --sums "$work/empty" --out "$work/none" 2>/dev/null ||
    fail "manifests were written without hashes"
}

# The address of the repository stands in all places after one command, and another one after it once more.
address() {
  checkout "$work/address"
  local name
  for name in example/first-name example/wlint; do
    "$work/address/scripts/set-repository" "$name"
    ! grep -rn --exclude-dir=.git --exclude={set-repository,check.sh} 'OWNER/REPOSITORY' "$work/address" || fail "a placeholder is left"
    grep -q "uses: $name@v" "$work/address/docs/getting-started.md" || fail "the documents do not say $name"
    grep -q "wlintRepository: $name\$" "$work/address/docs/ci/azure-pipelines.yml" || fail "a template does not say $name"
    [[ $(cargo metadata --manifest-path "$work/address/Cargo.toml" --offline --no-deps --format-version 1) == \
      *"\"repository\":\"https://github.com/$name\""* ]] || fail "Cargo.toml does not say $name"
  done
  ! grep -rq --exclude-dir=.git --exclude=check.sh 'example/first-name' "$work/address" || fail "the first address is left"
  ! "$work/address/scripts/set-repository" 'no name' 2>/dev/null || fail "an address was taken that is none"
  echo "packaging: the repository's address is written where it belongs"
}

manuals() {
  scripts/manuals "$work/manuals" "$wlint" "$wbuild"
  grep -q '^\.SH "wlint check"$' "$work/manuals/man/wlint.1" || fail "wlint's manual page lacks wlint check"
  grep -q '^\.SH "wbuild build"$' "$work/manuals/man/wbuild.1" || fail "wbuild's manual page lacks wbuild build"
  local program file
  for program in wlint wbuild; do
    for file in "$program.bash" "_$program" "$program.fish" "_$program.ps1" "$program.elv"; do
      grep -q "$program" "$work/manuals/completions/$file" || fail "$file completes nothing of $program"
    done
    [[ $(bash -c ". '$work/manuals/completions/$program.bash' && complete -p $program") == *"_$program"* ]] ||
      fail "bash does not take the completions of $program"
  done
  echo "packaging: manual pages and completions are written"
}

# The job of GitLab's template as a runner carries it out, on a scratch repository with a mistake: it fetches a release from
# a folder, compares its hash, lints, and fails.
gitlab_job() {
  mkdir -p "$work/release" "$work/bin" "$work/job/app"
  tar -czf "$work/release/wlint-x86_64-unknown-linux-musl.tar.gz" -C "$(dirname "$wlint")" wlint
  (cd "$work/release" && sha256sum -- *.tar.gz >SHA256SUMS)
  printf 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD ["one"]\nCMD ["two"]\n' >"$work/job/app/Dockerfile"
  # The image brings curl, and programs go elsewhere than into this machine.
  "$tools/bin/python" - docs/ci/gitlab.yml >"$work/job.sh" <<'PYTHON'
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["wlint"]
print("set -e", *[line for line in job["before_script"] if not line.startswith("apt-get")], *job["script"], sep="\n")
PYTHON
  sed -i "s|/usr/local/bin|$work/bin|" "$work/job.sh"
  local code=0
  (cd "$work/job" && PATH=$work/bin:$PATH WLINT_RELEASE=file://$work/release \
    WLINT_PACKAGE=wlint-x86_64-unknown-linux-musl.tar.gz bash "$work/job.sh" >"$work/log" 2>&1) || code=$?
  ((code == 1)) || fail "GitLab's job ended with $code: $(cat "$work/log")"
  grep -q '"check_name":"multiple-cmd-entrypoint"' "$work/job/gl-code-quality-report.json" || fail "the job wrote no report"
  printf 'spoilt' >>"$work/release/wlint-x86_64-unknown-linux-musl.tar.gz"
  ! (cd "$work/job" && PATH=$work/bin:$PATH WLINT_RELEASE=file://$work/release \
    WLINT_PACKAGE=wlint-x86_64-unknown-linux-musl.tar.gz bash "$work/job.sh" >"$work/log" 2>&1) ||
    fail "GitLab's job took a package with another hash"
  grep -q FAILED "$work/log" || fail "GitLab's job failed for another reason: $(cat "$work/log")"
  echo "packaging: the job of GitLab's template ran"
}

# What the documents show, in the order in which it stands there, by the schemas of those who read it.
examples() {
  "$tools/bin/python" - docs/getting-started.md "$work" <<'PYTHON'
import pathlib, re, sys
text, out = pathlib.Path(sys.argv[1]).read_text(), pathlib.Path(sys.argv[2])
hooks, workflow = re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)
(out / "pre-commit-config.yaml").write_text(hooks)
(out / "workflow.yml").write_text(workflow)
PYTHON
  "$tools/bin/pre-commit" validate-config "$work/pre-commit-config.yaml"
  "$tools/bin/check-jsonschema" --quiet --builtin-schema vendor.github-workflows "$work/workflow.yml"
}

templates() {
  local check=("$tools/bin/check-jsonschema" --quiet)
  "${check[@]}" --builtin-schema vendor.github-actions action.yml
  "${check[@]}" --builtin-schema vendor.github-workflows .github/workflows/*.yml
  "${check[@]}" --builtin-schema vendor.azure-pipelines --regex-variant nonunicode docs/ci/azure-pipelines.yml
  "${check[@]}" --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci docs/ci/gitlab.yml
  "$tools/bin/pre-commit" validate-manifest .pre-commit-hooks.yaml
  # The configuration's schema takes what wlint takes, and refuses what it refuses.
  "$wlint" init --stdout | sed -E 's/^# ("?[a-z*.-]+"? = |"[^"]+" = )/\1/; /^extends/d' >"$work/wlint.toml"
  "${check[@]}" --schemafile docs/wlint.schema.json "$work/wlint.toml"
  "$wlint" check --config "$work/wlint.toml" --show-settings testdata/samples >/dev/null
  printf '[options]\nhost = []\n' >"$work/bad.toml"
  ! "${check[@]}" --schemafile docs/wlint.schema.json "$work/bad.toml" >/dev/null || fail "the schema takes an unknown key"
  echo "packaging: the templates fit their schemas"
}

wheel
hooks
manifests
address
manuals
gitlab_job
examples
templates
