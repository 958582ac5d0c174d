# Each target makes the environment it needs and installs no more than that; a stamp
# beside the environment makes the second call fast.
PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
BIN := $(VENV)/bin
# As many test processes as cores, four at most: each loads torch.
PYTEST ?= $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: help demo demo-install test lint docs bench clean

help:
	@echo "make demo    compare four estimators on real heartbeats -> demo-output/report.html"
	@echo "make test    run the test suite"
	@echo "make lint    check style, types, import order and spelling"
	@echo "make docs    build the documentation -> docs/_build/html/index.html"
	@echo "make bench   measure speed, and accuracy with MITDB=folder, LUDB=folder,"
	@echo "             NSTDB=folder, PTBDB=folder, SCANS=folder"
	@echo "             -> benchmarks/RESULTS.md"
	@echo "make clean   remove everything that make left behind"

demo: demo-install
	$(BIN)/skecg demo --output demo-output

demo-install: $(VENV)/.stamp-core

# One thread a process: the processes already fill the cores.
test: $(VENV)/.stamp-test
	OMP_NUM_THREADS=1 $(PYTEST)

lint: $(VENV)/.stamp-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell

docs: $(VENV)/.stamp-docs
	OMP_NUM_THREADS=1 $(BIN)/sphinx-build --fail-on-warning --keep-going --nitpicky docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

bench: $(BENCH)/.stamp-bench
	$(BENCH)/bin/python -m benchmarks.run $(if $(MITDB),--data "$(MITDB)") \
		$(if $(LUDB),--ludb "$(LUDB)") $(if $(NSTDB),--nstdb "$(NSTDB)") \
		$(if $(PTBDB),--ptbdb "$(PTBDB)") $(if $(SCANS),--images "$(SCANS)")

clean:
	rm -rf $(VENV) $(BENCH) demo-output docs/_build docs/auto_examples docs/generated
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Of what pip says, the names of the packages that were not there yet.
define install
	@echo "Installing $(2) into $(1); the first time takes a few minutes ..."
	@set -o pipefail; $(1)/bin/python -m pip install --disable-pip-version-check --no-input \
		--progress-bar=off --editable "$(2)" \
		| sed -u -n -e 's/^Collecting \([^ ]*\).*/  \1/p' -e 's/^\(Installing.*\):.*/\1/p'
	@touch $@
endef

$(VENV)/.stamp-core: pyproject.toml | $(VENV)/pyvenv.cfg
	$(call install,$(VENV),.)

$(VENV)/.stamp-%: pyproject.toml | $(VENV)/pyvenv.cfg
	$(call install,$(VENV),.[$*])

$(BENCH)/.stamp-bench: pyproject.toml | $(BENCH)/pyvenv.cfg
	$(call install,$(BENCH),.[bench])

%/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "skecg needs Python 3.11 or newer, and $(PYTHON) is not:" \
			"make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $* || { \
		echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
