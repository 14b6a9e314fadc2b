# Everything starts from Python 3.11 (or later) and make; the first call sets up a virtual environment with pinned versions.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
# A file's tests share what they solve, so they stay in one process; files in the order of their names, long ones apart.
# Each process computes in one thread, as the command line does.
TWO_PROCESSES = -n 2 --dist loadfile --no-loadscope-reorder
ONE_THREAD = OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
BIN := $(VENV)/bin
OUT ?= reports
VINTAGE ?=

.PHONY: brief check test test-all coverage lint docs benchmarks compare release clean

brief: $(VENV)/.core  ## run the whole scenario library; workbook, figures and tables under reports/; VINTAGE= names another package
	$(BIN)/energy-model brief --out $(OUT) $(if $(VINTAGE),--vintage $(VINTAGE))

check: lint docs coverage  ## all that a change has to pass, here and in the continuous integration

test: $(VENV)/.dev  ## the test suite, without the slow tests; with COVERAGE=1 the lines and branches that it runs
	$(ONE_THREAD) $(BIN)/python -m pytest $(TWO_PROCESSES) -m "not slow" $(if $(COVERAGE),--cov --cov-report=term:skip-covered)
	@echo "next: $(BIN)/energy-model    # what can be asked, by question, each with its command"

test-all: $(VENV)/.all  ## the test suite with the slow ones, and PyPSA as an independent oracle
	$(ONE_THREAD) $(BIN)/python -m pytest $(TWO_PROCESSES)

coverage:  ## the same tests with line and branch coverage; below the floor of pyproject.toml it fails
	$(MAKE) test COVERAGE=1

lint: $(VENV)/.dev  ## style, format and types
	$(BIN)/ruff check energy_model tests benchmarks
	$(BIN)/ruff format --check energy_model tests benchmarks
	$(BIN)/mypy

docs: $(VENV)/.docs  ## the documentation as a site, build/site/index.html; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "next: open build/site/index.html in a browser"

benchmarks: $(VENV)/.dev  ## times against HiGHS alone, side by side
	$(BIN)/python benchmarks/run.py

compare: $(VENV)/.compare  ## the same instance in other tools, side by side; writes its tables into docs/performance.md
	$(BIN)/python benchmarks/compare.py --resolution week --resolution day --growth --write docs/performance.md

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@ $(VENV)/.core

$(VENV)/.all: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,pypsa]"
	touch $@

$(VENV)/.docs: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[docs]"
	touch $@

$(VENV)/.compare: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,benchmarks]"
	touch $@

release: $(VENV)/.dev  ## wheel and source archive under dist/; refused if a package is wrong or must not be passed on
	set -e; for folder in data/*/storyline.toml; do $(BIN)/energy-model data check --release --data $$(dirname $$folder); done
	$(BIN)/python -m hatchling build

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache
