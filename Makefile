# Everything starts from Python 3.11 (or later) and make; the first call sets up a virtual environment with pinned versions.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= reports

.PHONY: brief test test-all lint benchmarks compare clean

brief: $(VENV)/.core  ## run the whole scenario library; workbook, figures and tables under reports/
	$(BIN)/energy-model brief --out $(OUT)

test: $(VENV)/.dev  ## the test suite
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(VENV)/.all  ## the test suite with the slow ones, and PyPSA as an independent oracle
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev
	$(BIN)/ruff check energy_model tests benchmarks
	$(BIN)/ruff format --check energy_model tests benchmarks
	$(BIN)/mypy

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

$(VENV)/.compare: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,benchmarks]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache
