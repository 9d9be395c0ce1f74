#!/bin/sh
# In: the locks and pyproject.toml. Out: an environment with the locked packages and the project.
#
# Usage: tools/install.sh FOLDER [formats], where FOLDER is .venv or an active conda environment.
# PYTHON, in the environment, names the Python that .venv is built with.
#
# With "formats" the packages of requirements-formats.txt come along, and stay from then on.
#
# FOLDER/.ready is written last and holds the fingerprint of what was installed, the place of the
# checkout, and whether the formats are there. So an environment that is half-made, outdated, or
# was copied here is never used.
set -eu
cd "$(dirname "$0")/.."

folder=$1
wanted=${2:-}
python=$folder/bin/python
ready=$folder/.ready
place=$(pwd -P)
fingerprint=$(cat requirements-uv.txt requirements.txt requirements-formats.txt pyproject.toml |
  cksum)

made_for=
made_from=
made_with=
if [ -x "$python" ] && [ -f "$ready" ]; then
  { IFS= read -r made_for && read -r made_from && read -r made_with; } <"$ready" || true
fi
# What was asked for once is kept: else each plain command would take away what make pdf installed.
wanted=${wanted:-$made_with}
if [ "$made_for" = "$place" ] && [ "$made_from" = "$fingerprint" ] &&
  [ "$made_with" = "$wanted" ]; then exit 0; fi

usable() {
  "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
    >/dev/null 2>&1
}

refuse() {
  echo "Python 3.11, 3.12 or 3.13 is needed, with its venv module. Found:"
  for candidate; do
    # A launcher for a version that is not there (pyenv has them) says so in many lines.
    version=$("$candidate" --version 2>/dev/null | head -n 1)
    echo "  $candidate: ${version:-not there}"
  done
  echo "On Debian and Ubuntu, the package python3-venv has the module."
  echo "A Python elsewhere can be named: make environment PYTHON=/path/to/python3.12"
  exit 1
} >&2

explain() {
  status=$?
  if [ "$status" -ne 0 ]; then
    echo "The environment was not finished; the next make starts it again." >&2
  fi
}

asked() { # the locks, as sync and install want to be told of them
  for lock in $locks; do
    if [ "$install" = install ]; then echo --requirement; fi
    echo "$lock"
  done
}

base= # the Python to build with, where there is nothing yet to build on
if [ "$folder" != .venv ]; then
  usable "$python" || refuse "$python"
  install=install # conda's own packages stay
else
  install=sync # what the lock no longer has goes
  # An environment without its mark, or made for another place, is not worth mending.
  if [ "$made_for" != "$place" ] || ! usable "$python"; then
    # 3.11 first: it is what environment.yml gives, so colleagues most likely have the same.
    if [ -n "${PYTHON:-}" ]; then
      set -- "$PYTHON"
    else
      set -- python3.11 python3.12 python3.13 python3 python
    fi
    for candidate; do
      if [ -z "$base" ] && usable "$candidate"; then base=$candidate; fi
    done
    [ -n "$base" ] || refuse "$@"
  fi
fi

rm -f "$ready"
trap explain EXIT
if [ -n "$base" ]; then
  echo "Making .venv with $base ($("$base" --version))"
  "$base" -m venv --clear .venv
fi
locks=requirements.txt
if [ "$wanted" = formats ]; then locks="$locks requirements-formats.txt"; fi
echo "Installing the packages of $locks (the first time, a minute or two)"
"$python" -m pip install --quiet --disable-pip-version-check --require-hashes \
  --only-binary :all: --requirement requirements-uv.txt
# Byte code is made now: where PYTHONDONTWRITEBYTECODE is set, every start would make it anew.
# shellcheck disable=SC2046 # several words
"$folder/bin/uv" pip $install $(asked) --quiet --python "$python" --require-hashes \
  --compile-bytecode
echo "Installing the project"
"$folder/bin/uv" pip install --quiet --python "$python" --offline --no-deps --no-build-isolation \
  --editable .
printf '%s\n%s\n%s\n' "$place" "$fingerprint" "$wanted" >"$ready"
