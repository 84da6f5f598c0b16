# Needs Python 3.11 to 3.13 and make, nothing else. `make` alone lists the targets.
.DEFAULT_GOAL := help
# Targets share one virtual environment, so -j must not run two of them at once.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test check bench report accept compose-check pipeline-check

# The first of these that is Python 3.11 to 3.13 and can make virtual environments.
PYTHON ?= python3.13 python3.12 python3.11 python3
# DEMO=0 starts the bare service with an empty memory.
DEMO ?= 1
# Where `make report` finds labelled data; what is absent is skipped. More for it: --only, --records, --replays, --reuse.
DATA ?= ../shared/data
REPORT_ARGS ?=
# More for pytest, for example PYTEST_ARGS='-k guard'.
PYTEST_ARGS ?=

# Relative on purpose: the folder's own path may hold spaces.
BIN := .venv/bin
RUN_READY := .venv/.ready-run
DEV_READY := .venv/.ready-dev

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: $(RUN_READY) ## Start the demo service on port 8005 (DEMO=0: bare, with an empty memory)
	@exec $(BIN)/forethought serve $(if $(filter 0,$(DEMO)),,--demo)

# Many tests run real servers against real clocks: one that fails is run once more, and the summary names it as rerun.
test: check ## Check, then run every test
	$(BIN)/python -m pytest -n auto --dist loadscope --reruns 1 $(PYTEST_ARGS)

check: $(DEV_READY) ## Format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(DEV_READY) ## Measure (see benchmarks/README.md)
	$(BIN)/python benchmarks/run.py --report docs/reference/benchmarks.md

report: $(DEV_READY) ## Run the laboratory and answer how good memory is (hours; DATA=folder, REPORT_ARGS='--only bound')
	@$(BIN)/forethought lab report --data $(DATA) --pairs tests/data --report docs/reference/quality.md $(REPORT_ARGS)

accept: $(RUN_READY) ## Run the acceptance criteria (FORETHOUGHT_URL: against a running service)
	$(BIN)/python -m forethought.evals.acceptance

compose-check: $(DEV_READY) ## Check compose, workflow, Kubernetes and Prometheus files, offline
	@deploy/check.sh

pipeline-check: $(DEV_READY) ## Run the lakehouse pipeline through Spark Connect, and compare (500 MB the first time)
	@pipelines/databricks/spark_check.sh

# Set-up. A stamp is written last, so an interrupted install is taken up again; the second time nothing runs.
SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

# $(call install,lock file,what for,how long)
define install
@if ! $(BIN)/python -c 'import pip; $(SUPPORTED)' 2>/dev/null; then \
  found=; \
  for p in $(PYTHON); do \
    if "$$p" -c '$(SUPPORTED)' >/dev/null 2>&1; then found=$$p; break; fi; \
  done; \
  if [ -z "$$found" ]; then \
    echo "No Python 3.11 to 3.13 with venv among: $(PYTHON). Install one (Debian: python3-venv too) or give PYTHON=/path/to/python." >&2; \
    exit 1; \
  fi; \
  echo "Making .venv with $$("$$found" --version)"; \
  "$$found" -m venv --clear .venv; \
fi
@echo "Installing $(2) from $(1): about $(3) the first time"
@$(PIP) install --require-hashes -r $(1)
@$(PIP) install --no-deps --no-build-isolation -e .
endef

$(RUN_READY): requirements/run.txt pyproject.toml
	$(call install,requirements/run.txt,the service,a minute)
	@touch $@

# dev.txt holds all of run.txt, so it makes `run` ready too.
$(DEV_READY): requirements/dev.txt requirements/run.txt pyproject.toml
	$(call install,requirements/dev.txt,the service and its tools,a minute and a half)
	@touch $(RUN_READY) $@
