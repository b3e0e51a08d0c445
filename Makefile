# Two commands for a newcomer: `make demo` and `make test`. Everything they install stays inside this folder.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SEED ?= 1

.PHONY: help demo test lint check docs pictures bench env dev lock clean

help: ## show these commands
	@grep -hE '^[a-z]+:.*## ' Makefile | awk -F':.*## ' '{printf "make %-9s %s\n", $$1, $$2}'

demo: env ## start Neo4j, load the small seed world, detect, show the strongest findings, open the explorer
	@$(BIN)/throughline demo --seed $(SEED) $(if $(HEADLESS),--headless)

test: dev ## run the whole test suite on a real Neo4j
	@$(BIN)/python -m pytest

lint: dev ## linter, types, rules with their cases
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/throughline rules check

check: lint ## the same and the fast tests
	@$(BIN)/python -m pytest -q -m "not slow and not browser"

docs: dev ## write the generated pages of docs/ anew
	@$(BIN)/throughline docs

bench: dev ## run the benchmarks and write docs/benchmarks.md (make bench ONLY="people load" for some)
	@$(BIN)/python -m tests.benchmarks $(ONLY)

pictures: dev ## take the pictures of docs/ anew (needs Chromium)
	@$(BIN)/python -m ui.explorer.pictures

env: $(VENV)/.runtime ## install what the program needs

dev: $(VENV)/.dev ## install what its tests need as well

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say where it is: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	@echo "Making the environment in $(VENV) (about a minute, once) ..." >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.txt
	@touch $@

COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: dev ## resolve the dependencies anew into the two lock files
	@$(BIN)/python -m pip install --quiet pip-tools
	@$(COMPILE) -o requirements.txt pyproject.toml
	@$(COMPILE) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean: ## remove the environment and the embedded server with its data
	@if [ -x $(BIN)/throughline ]; then $(BIN)/throughline down; fi
	@rm -rf $(VENV) .throughline
