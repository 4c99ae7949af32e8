# The verbs of the project. Each sets up what it needs; nothing has to be installed by hand.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench peers fixtures clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
CONSTRAINTS := .ci/constraints.txt

# Options for pytest, such as `make test PYTEST='-k license -x'`.
PYTEST ?=

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: $(VENV)/.package ## inspect two real images: an overview here, and report.html
	@.ci/demo $(BIN)/attest

test: lint fixtures ## run all that CI runs
	@.ci/system-packages
	@.ci/peers olareg
	@$(BIN)/pytest --numprocesses=auto -m "not benchmark and not peers" $(PYTEST)

lint: $(VENV)/.tools ## check style, types and layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.tools ## print figures
	@$(BIN)/pytest --numprocesses=0 -m benchmark tests/benchmarks $(PYTEST)

peers: $(VENV)/.tools ## check what other projects' programs push; builds them first, which takes minutes
	@.ci/system-packages
	@.ci/peers
	@$(BIN)/pytest --numprocesses=0 -m peers $(PYTEST)

fixtures: | $(BIN)/python ## make the packed layouts whole, in fixtures/unpacked
	@$(BIN)/python fixtures/build.py

clean: ## remove all that these verbs made
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf fixtures/unpacked .peers report.html

$(BIN)/python:
	@.ci/venv $(VENV)

# Stamps: what is installed changes only with these files.
$(VENV)/.package: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "installing attest in $(VENV)"
	@$(PIP) install --constraint $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.tools: $(VENV)/.package
	@echo "installing the development tools in $(VENV)"
	@$(PIP) install --upgrade 'pip>=25.1'  # the first that knows --group
	@$(PIP) install --constraint $(CONSTRAINTS) --group dev
	@touch $@
