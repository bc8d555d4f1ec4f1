# Everything runs in .venv, which the first target that needs it makes; no root, no download but from pip's own index.
# `make` alone lists the targets.

VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-project
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
# Where the third-party programs of some tests and of the pictures come from (Debian, Ubuntu).
SYSTEM_PACKAGES := chromium dovecot-imapd fonts-noto-cjk mariadb-server
# Two workers for two cores; PYTEST_WORKERS=0 runs in one process.
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=
# `make soak SOAK_ARGS="--weeks 4 --kills 10"` is a short one.
SOAK_ARGS ?=
# `make lock LOCK_ARGS=--upgrade` takes newer versions; without it only what pyproject.toml asks for changes.
LOCK_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak dev docs pictures lock clean system-packages

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: $(READY) ## make .venv with everything in it

demo: $(READY) ## make a project of generated records in demo-project/ and run it
	$(BIN)/crm-pipelines demo

test: check ## the checks, then the tests; says which tests a missing program left out
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_ARGS)

check: $(READY) ## format, lint, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy docs/build.py docs/pictures.py
	$(BIN)/lint-imports

bench: $(READY) ## measure every connector, standardisation, the checks, and the road on generated worlds; results in bench-results/
	$(BIN)/python tests/bench/sources.py
	$(BIN)/python tests/bench/standardisation.py
	$(BIN)/python tests/bench/drift.py
	$(BIN)/python tests/bench/checks.py
	$(BIN)/python tests/bench $(BENCH_ARGS)

soak: $(READY) ## play a year of kills and harm on a generated world; exit code 1 if anything is lost or wrong
	$(BIN)/python tests/soak/lost_rows.py
	$(BIN)/python tests/soak/kill_points.py
	$(BIN)/python tests/soak $(SOAK_ARGS)

dev: $(READY) ## Dagster's screens over demo-project/
	$(BIN)/crm-pipelines dev

docs: $(READY) ## write the generated reference pages of docs/ anew
	$(BIN)/python docs/build.py

pictures: $(READY) ## take the pictures of docs/pictures/ anew (needs Chromium)
	$(BIN)/python docs/pictures.py

lock: ## resolve requirements.lock anew from pyproject.toml
	@$(find_python); scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	"$$python" -m venv "$$scratch" && "$$scratch/bin/pip" install --quiet uv && \
	UV_CUSTOM_COMPILE_COMMAND="make lock" "$$scratch/bin/uv" pip compile --quiet --python-version 3.11 \
	  --no-emit-index-url --generate-hashes --no-strip-extras --no-annotate --extra dev \
	  $(LOCK_ARGS) pyproject.toml --output-file requirements.lock

clean: ## delete what was made here: .venv, caches, demo-project/; never a project of yours
	@echo "deleting $(VENV), caches, bench-results and, if it is the demo's own, $(DEMO)/; no other project is touched"
	@if [ -e $(DEMO)/.demo ]; then rm -rf $(DEMO); \
	elif [ -e $(DEMO) ]; then echo "$(DEMO)/ was not made by the demo: left alone"; fi
	rm -rf $(VENV) bench-results build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find assets connectors crm_pipelines docs quality tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

system-packages: ## as root, Debian or Ubuntu: Chromium, Japanese fonts, Dovecot, MariaDB, for pictures and the tests that need them
	apt-get update
	DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(SYSTEM_PACKAGES)

define find_python
for name in python3.11 python3 python; do \
  if command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; \
  then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then echo "Python 3.11 is needed and none of python3.11, python3, python is one." >&2; exit 1; fi
endef

$(LOCKED): requirements.lock
	@$(find_python); test -x $(BIN)/pip || "$$python" -m venv $(VENV) || { \
	  echo "Python's venv module is missing; on Debian: apt-get install python3.11-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
