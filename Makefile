# `make` lists what can be done here.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CORPUS ?= $(or $(RUNLAKE_CORPUS),../shared/corpus)
OUT ?= out
JOBS ?= 2

.PHONY: help demo test test-all test-nojit test-bounds test-bi bite check fmt types lock docs samples bench accuracy drill install clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "runlake needs Python 3.11 or newer, and found %d.%d: name another with make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

install: $(VENV)/.run  ## make the virtual environment and install runlake into it

demo: $(VENV)/.run  ## build a lake from data/samples and write the report
	$(BIN)/runlake build data/samples --lake $(OUT)/demo/lake --config data/samples/runlake.toml --report $(OUT)/demo/report
	@echo
	@echo "The lake:    $(abspath $(OUT)/demo/lake)   (Parquet: open it with DuckDB, pandas, Polars, Power BI ...)"
	@echo "The report:  $(abspath $(OUT)/demo/report/index.html)   (open it in a browser)"

test: $(VENV)/.dev  ## the test suite, a few minutes
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m "not slow and not bench"

test-all: $(VENV)/.dev test-nojit test-bounds $(if $(BI),test-bi)  ## what is slower: mutations, drills, the whole corpus, JIT off, bounds checked (BI=1: and the engines of test-bi)
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile -m "slow and not bench" --timeout 1200

test-nojit: $(VENV)/.dev  ## kernels and detectors as plain Python
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -n $(JOBS) -m "not slow and not bench and not corpus" tests/kernels tests/detect --timeout 900

test-bounds: $(VENV)/.dev  ## kernels with index checks, in a cache of their own
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(abspath $(OUT)/numba-bounds) $(BIN)/python -m pytest -q -m "not slow and not bench and not corpus" tests/kernels --timeout 900

bite: $(VENV)/.dev  ## do the tests bite? each stage replaced by a constant, and the tests that do not notice (3 minutes)
	$(BIN)/python scripts/constant_stage.py -n $(JOBS) --dist loadfile

$(OUT)/bi/.ready: requirements-bi.in | $(BIN)/python
	$(PYTHON) -m venv $(OUT)/bi/venv
	$(OUT)/bi/venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-binary pyspark -r requirements-bi.in
	@touch $@

test-bi: $(VENV)/.run $(OUT)/bi/.ready  ## Tableau's Hyper, ClickHouse, Spark and DataFusion read every table (2 GB of packages)
	$(BIN)/runlake build data/samples --lake $(OUT)/bi/lake --config data/samples/runlake.toml --quiet
	RUNLAKE_BI_LAKE=$(abspath $(OUT)/bi/lake) PYTHONPATH=src $(OUT)/bi/venv/bin/python -m pytest -q tests/lake/test_bi_engines.py

check: $(VENV)/.dev  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: $(VENV)/.dev  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev  ## resolve the locks anew (needs uv)
	uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --all-extras --group build -o requirements.lock
	uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --all-extras --group build --group dev -c requirements.lock -o requirements-dev.lock

docs: $(VENV)/.dev  ## write the generated pages of docs/
	$(BIN)/python scripts/make_docs.py

samples: $(VENV)/.dev  ## simulate data/samples anew (the same bytes each time)
	$(BIN)/python scripts/make_samples.py

bench: $(VENV)/.dev  ## benchmarks: ratios side by side, in an environment of their own
	PYTHON=$(PYTHON) OUT=$(OUT) CORPUS=$(CORPUS) bash bench/run.sh

accuracy: $(VENV)/.dev  ## score the detectors on the corpus of labelled files
	$(BIN)/python scripts/accuracy.py $(CORPUS)
	$(BIN)/python scripts/device_truth.py $(CORPUS)

drill: $(VENV)/.dev  ## kill a build again and again, and check that nothing is torn
	$(BIN)/python scripts/drill.py --kills 200 --every-call
	$(BIN)/python scripts/drill.py --kills 20 --every-call --no-links
	$(BIN)/python scripts/drill.py --kills 20 --every-call --no-exchange

clean:  ## remove what the targets made
	rm -rf $(OUT) .pytest_cache .ruff_cache .mypy_cache .hypothesis
