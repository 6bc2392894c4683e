# Five commands for every day: help, demo, test, check, bench; and interop, fuzz, mutants. Each installs what it needs, once.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench interop fuzz mutants

IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p $(IS_NEW_ENOUGH) 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

# A home directory that cannot be written to (a container, a CI job) must not stop pip.
ifeq ($(shell test -n "$$HOME" -a -w "$$HOME" && echo yes),)
export PIP_NO_CACHE_DIR := 1
endif

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.installed ## Start the identity provider and MHRS on this machine; Ctrl-C stops both
	@$(BIN)/esik demo

test: .venv/.installed-dev ## Run every test but those of interop
	@$(BIN)/python -m pytest -n auto --ignore=tests/interop

check: .venv/.installed-dev ## Format, lint, types, and whether openapi/ is up to date
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/esik openapi --check

bench: .venv/.installed-dev ## Measure the running house, and print a table
	@$(BIN)/python -m bench

interop: .venv/.installed-dev ## Let clients that nobody here wrote log in, over TLS behind nginx
	@$(BIN)/python -m tests.interop.parts
	@$(BIN)/python -m pytest tests/interop

FUZZED := redirect_uri claims_parameter basic_header client_assertion key_set request_object registration token
SECONDS ?= 60

fuzz: .venv/.installed-fuzz ## Send the protocol what strangers might, for a minute each (SECONDS=600 for longer)
	@for target in $(FUZZED); do echo "== $$target"; $(BIN)/python -m tests.fuzz $$target $(SECONDS) || exit 1; done

mutants: .venv/.installed-dev ## Break idp/policy and idp/factors in many small ways, and list what no test noticed
	@$(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut results

.venv/bin/python:
	@test -n "$(PYTHON)" && "$(PYTHON)" $(IS_NEW_ENOUGH) || \
		{ echo "Python 3.11 or newer is needed. If it has another name: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON) …"
	@"$(PYTHON)" -m venv .venv || \
		{ rm -rf .venv; echo "No virtual environment could be made. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/.installed: .venv/bin/python requirements.lock requirements-build.lock pyproject.toml
	@echo "Installing what Eşik is built on into .venv, this once …"
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing what the tests need into .venv, this once …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.installed-fuzz: .venv/.installed-dev requirements-fuzz.lock
	@$(PIP) install --require-hashes -r requirements-fuzz.lock
	@touch $@
