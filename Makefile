# The commands of the project. The first one on a bare machine may be any of them: each installs what it needs into .venv.

PYTHON ?= python3
PORT ?= 8080
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN)
UPGRADE ?=
MINUTES ?= 2
DEFINITIONS ?= 10000
SEED ?= 20260101
SUBJECTS ?=
ROWS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --only-binary :all: --require-hashes

# A copied checkout or a removed interpreter leaves an environment behind that no longer works: it is made anew.
ifneq ($(shell cat .venv/.place 2>/dev/null; $(BIN)/python -c '' 2>/dev/null || echo broken),$(CURDIR))
$(shell rm -f .venv/.place)
endif

.PHONY: help run test lint format pictures schema reference fuzz prove mutants chaos bench bench-check bench-test lock

help:  ## show these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "make %-11s %s\n", $$1, $$2}'

run: .venv/.run  ## set up and serve the demonstration on http://127.0.0.1:8080 (another port: make run PORT=9000)
	@$(BIN)/duban serve --demonstration --port $(PORT)

test: lint  ## set up, check style, types and architecture, then run every test on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS)
	@echo "make test: style, types, import contracts and tests are all fine."

lint: .venv/.test  ## check style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: .venv/.test  ## lay out the Python files and mend what can be mended by machine
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

pictures: .venv/.run  ## draw the pictures of definitions/pictures again
	@for lang in zh en; do for name in repair complaint-important; do \
		$(BIN)/duban draw $$name --definitions definitions --lang $$lang -o definitions/pictures/$$name.$$lang.svg; \
	done; done

fuzz: .venv/.test  ## check made-up files for two minutes, or as long as said: make fuzz MINUTES=60
	@nice -n 19 $(BIN)/python -m tests.fuzz --minutes $(MINUTES)

prove: .venv/.test  ## hold the figures of promises against made-up definitions: make prove DEFINITIONS=10000
	@nice -n 19 $(BIN)/python -m tests.properties.promises --definitions $(DEFINITIONS) --seed $(SEED)

mutants: .venv/.test  ## change the shipped definitions in every way, and count what scenarios and promises notice
	@nice -n 19 $(BIN)/python -m tests.properties.mutants --processes $(WORKERS)

bench: .venv/.bench  ## measure Duban beside other ways to do the same (some only: make bench SUBJECTS="transition_http")
	@$(BIN)/python -m benchmarks --write $(SUBJECTS)

chaos: .venv/.test  ## break the service in every way of tests/chaos/README.md and count what it survives: make chaos ROWS="F1 F3"
	@nice -n 5 $(BIN)/python -m tests.chaos $(ROWS)

bench-check: .venv/.test  ## how long checking takes, beside loading the same text with ruamel.yaml
	@$(BIN)/python -m benchmarks.checking

bench-test: .venv/.test  ## how long scenarios take, beside the bare calls of the engine that they contain
	@$(BIN)/python -m benchmarks.scenarios

schema: .venv/.run  ## write the schemas of definitions/schema again, by which editors complete and explain keys
	@$(BIN)/duban editor definitions/schema

reference: .venv/.test  ## write the tables of keys in definitions/README.md and README.zh.md again, and the pages of the procedure book
	@$(BIN)/python -m tests.definitions.key_tables
	@$(BIN)/python -m tests.definitions.rules_page

lock: .venv/.lock  ## work out the hashed requirement files again (the newest versions: make lock UPGRADE=--upgrade)
	@$(LOCK) --group build -o requirements.txt
	@$(LOCK) --group build --group dev -c requirements.txt -o requirements-dev.txt
	@$(LOCK) --group build --group dev --group bench -c requirements-dev.txt -o requirements-bench.txt

LOCK = .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml

.venv/.place:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Duban needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1): name another one, make PYTHON=python3.12" >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No virtual environment could be made: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@printf %s "$(CURDIR)" > $@

.venv/.run: .venv/.place requirements.txt pyproject.toml
	@echo "Installing what Duban needs to run into .venv (once, about a minute) ..."
	@$(PIP) -r requirements.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.test: .venv/.run requirements-dev.txt
	@echo "Installing what the tests need into .venv (once, about a minute) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

.venv/.bench: .venv/.test requirements-bench.txt
	@echo "Installing what is measured against into .venv (once) ..."
	@$(PIP) -r requirements-bench.txt
	@touch $@

.venv/.lock: .venv/.place
	@$(BIN)/python -m venv .venv/lock
	@.venv/lock/bin/python -m pip --disable-pip-version-check install --quiet uv
	@touch $@
