#!/usr/bin/env bash
# All benchmarks, one after the other, in an environment of their own that also holds what is raced against.
# Called by `make bench`; CORPUS is the folder of real files, BIG the number of files of the large build.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3} OUT=${OUT:-out} CORPUS=${CORPUS:-../shared/corpus} BIG=${BIG:-0}
BENCH=$OUT/bench-venv
if [ ! -e "$BENCH/.ready" ]; then
  "$PYTHON" -m venv "$BENCH"
  for lock in requirements-dev.lock bench/requirements-bench.txt; do
    "$BENCH/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock"
  done
  "$BENCH/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  touch "$BENCH/.ready"
fi
run() { printf '\n== %s\n' "$*"; "$BENCH/bin/python" "$@"; }
"$BENCH/bin/runlake" warmup
[ -d "$CORPUS" ] && run bench/bench_fit.py "$CORPUS" && run bench/bench_xml.py "$CORPUS"
run bench/bench_prepare.py
run bench/bench_detect.py
run bench/bench_build.py --big "$BIG"
