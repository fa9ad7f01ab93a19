# Everything a person does here. `make` alone lists it; each target sets up what it needs by itself.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

PYTHON ?= python3
# uv from the PATH when it is there, else one of our own, brought by pip into .uv/.
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
# uv trusts whom the system trusts, as pip does, where the system says whom: behind a proxy that signs anew only that works.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= true
endif
# Python keeps what it compiled, whatever the caller says: tests start hundreds of processes of a thousand modules each.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
READY := .venv/.ready

PYTEST := $(BIN)/pytest -n logical --dist worksteal
# The tests that alone must reach every branch of what is MEASURED; the rest runs without coverage, in half the time.
COVERED := tests/statechart tests/workflow tests/versions tests/quotation tests/sale tests/fulfillment
MEASURED := */statechart/*,*/workflow/*,*/machine.py

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## Start a small company with 200 real orders and say where to go
	$(BIN)/orderway demo

.PHONY: browser
browser: setup ## Bring Chromium where it is missing, for the tests in a browser
	$(if $(ORDERWAY_NO_BROWSER),@echo "ORDERWAY_NO_BROWSER is set: the tests in a browser are left out.",$(BIN)/python -m tests.browser.chromium)

.PHONY: test
test: setup browser ## Format, lint, types, import contracts, laws and tests
	@$(MAKE) -j 2 checks mutants
	$(PYTEST) --cov --cov-report= $(COVERED)
	$(BIN)/coverage report --include='$(MEASURED)' --fail-under=100
	$(PYTEST) $(COVERED:%=--ignore=%)

.PHONY: checks
checks: setup ## Format, lint, types and import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: setup
setup: $(READY) ## Bring uv when it is missing, make .venv and install by the lock

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Orderway needs Python 3.11 or newer as '$(PYTHON)'. Install it, or name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python can not make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@rm -rf .uv
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(READY): requirements/dev.txt requirements/client.txt pyproject.toml | $(filter .uv/bin/uv,$(UV))
	@test -x $(BIN)/python || $(UV) venv --quiet --python '>=3.11' .venv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@test -x .venv/client/bin/python || $(UV) venv --quiet --python '>=3.11' .venv/client
	$(UV) pip sync --quiet --python .venv/client/bin/python --require-hashes requirements/client.txt
	@touch $@

# The lock records versions and hashes only: no configuration of this machine, no address of a registry.
COMPILE = UV_NO_CONFIG=1 $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE)

.PHONY: lock
lock: | $(filter .uv/bin/uv,$(UV)) ## Renew requirements/ after a change of pyproject.toml (UPGRADE=--upgrade for the newest)
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --output-file requirements/dev.txt --constraints requirements/runtime.txt --group dev
	$(COMPILE) --group build --output-file requirements/build.txt --constraints requirements/dev.txt
	$(COMPILE) --group client --output-file requirements/client.txt

.PHONY: format
format: setup ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

.PHONY: mutants
mutants: setup ## Plant faults in the engine and see that the replay of XState's answers catches each
	$(BIN)/python -m tests.mutants

.PHONY: fuzz
fuzz: setup ## Ask the API 20,000 things that the schema allows, as each role, and see that none is a fault
	$(BIN)/python -m tests.fuzz

.PHONY: pictures
pictures: setup browser ## Take the pictures anew that the pages are compared with; look at each before it is kept
	ORDERWAY_RENEW_PICTURES=1 $(BIN)/pytest tests/browser/test_pictures.py

.PHONY: docs
docs: setup ## Write what is derived: docs/machines and asyncapi.json from the machines, schema.graphql and the client from the API
	$(BIN)/orderway machine diagram --as md --into docs/machines
	$(BIN)/orderway events --kept asyncapi.json > .venv/asyncapi.json && mv .venv/asyncapi.json asyncapi.json
	$(BIN)/python -m orderway.graphql > .venv/schema.graphql && mv .venv/schema.graphql schema.graphql
	cd clients/python && ../../.venv/client/bin/ariadne-codegen client >/dev/null

.PHONY: words
words: setup ## Bring the catalogues of words up to date with the code, and say how many texts have none yet
	$(BIN)/python -m tests.words

.PHONY: bench
bench: setup ## Run the benchmarks; each prints its figures and the peer's of the same run
	@for file in benchmarks/bench_*.py; do $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

.PHONY: changelog
changelog: setup ## Gather changelog.d/ into CHANGELOG.md for the version of pyproject.toml
	$(BIN)/towncrier build --yes

.PHONY: wheel
wheel: setup ## Build the wheel into dist/
	$(BIN)/hatchling build --target wheel
