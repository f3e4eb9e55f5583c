# mien: `make demo` and `make test` are all that a newcomer needs.

# The first interpreter of a supported version; override with: make PYTHON=/path/to/python …
PYTHON ?= $(firstword $(foreach p,python3.12 python3.11 python3.13 python3,$(shell $(p) -c \
	'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) and print("$(p)")' 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -c constraints.txt
SAMPLE := samples/happy.png

.DEFAULT_GOAL := help
.PHONY: help setup demo test check clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.base ## read the sample face and choose music for it
	$(BIN)/mien snap --photo $(SAMPLE) --length 10 --seed 7

setup: $(VENV)/.dev ## install every group, for development

test: $(VENV)/.dev ## run all tests
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.dev ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean: ## remove the environment and caches
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "mien needs Python 3.11, 3.12 or 3.13; install one, or: make PYTHON=/path/to/it"; exit 1; }
	@echo "── making $(VENV) with $(PYTHON)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml constraints.txt | $(BIN)/python
	@echo "── installing what reading a face and choosing music need (about 330 MB)"
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "── installing the development and training groups as well (about 3 GB with TensorFlow)"
	$(PIP) -e '.[train,dev]'
	@touch $(VENV)/.base $@
