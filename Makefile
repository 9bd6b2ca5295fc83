# `make serve` runs the clinic, `make test` proves it; `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/clinic
BIN := .venv/bin
DEMO_PORT ?= 8001
WORKERS ?= auto

# Plain commands, whatever the caller's shell exports.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport DJANGO_SETTINGS_MODULE

# Installs one requirements file, only when its text has changed since the last time.
define install
	@sum=$$(cksum < $(1)); stamp=.venv/$(1).installed; \
	if [ "$$(cat $$stamp 2>/dev/null)" != "$$sum" ]; then \
	  echo "Installing $(1) (a minute the first time, then never until it changes)."; \
	  $(BIN)/python -m pip install -qq --require-hashes -r $(1) \
	    || { echo "The packages could not be installed: check the network, then run the same command again."; exit 1; }; \
	  echo "$$sum" > $$stamp; \
	fi
endef

.PHONY: help
help:
	@echo "make serve           run the clinic at http://localhost:$(PORT)/ (PORT=8001 for another port)"
	@echo "make demo            a clinic full of made-up people at http://localhost:$(DEMO_PORT)/ (AGAIN=1 makes it new)"
	@echo "make test            the suite on SQLite"
	@echo "make test-postgres   the suite on PostgreSQL (POSTGRES_URL=postgres://user@host/name)"
	@echo "make journeys        the browser journeys (needs chromium)"
	@echo "make bench           what booking costs beside a bare Django page, on both databases"
	@echo "make lint types check   style, types, migrations and deployment checks"
	@echo "make format          let ruff put the code in order"
	@echo "make lock            compile requirements*.in again (needs uv)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv module is missing: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.PHONY: install install-dev install-e2e
install: $(BIN)/python
	$(call install,requirements.txt)

install-dev: $(BIN)/python
	$(call install,requirements-dev.txt)

install-e2e: $(BIN)/python
	$(call install,requirements-e2e.txt)

.PHONY: prepare serve
prepare: install
	@$(BIN)/python -m clinic.environment
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_catalogue
	@$(BIN)/python manage.py setup_clinic

# The port first: the database is never migrated under a clinic that is running.
serve: install
	@$(BIN)/python -m clinic.web --check --port $(PORT)
	@$(MAKE) --no-print-directory prepare
	@$(BIN)/python manage.py serve --port $(PORT)

# Made-up people in a database of their own, var/demo.sqlite3 or DEMO_DATABASE_URL; the clinic's is never opened.
.PHONY: demo
demo: export DEMO := on
demo: export BASE_URL := http://localhost:$(DEMO_PORT)
demo: install
	@$(BIN)/python -m clinic.web --check --port $(DEMO_PORT)
	@$(BIN)/python -m clinic.environment
	@$(BIN)/python manage.py demo $(if $(AGAIN),--again)
	@$(BIN)/python manage.py serve --port $(DEMO_PORT)

.PHONY: test test-postgres journeys
test: install-dev
	@env -u DATABASE_URL $(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

test-postgres: install-dev
	@DATABASE_URL=$(POSTGRES_URL) $(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

journeys: install-e2e
	@$(BIN)/pytest -q tests/journeys $(ARGS)

.PHONY: bench
bench: install-dev
	@POSTGRES_URL=$(POSTGRES_URL) $(BIN)/python -m benchmarks

.PHONY: lint format types check lock
lint: install-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: install-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: install-dev
	@$(BIN)/mypy

check: install-dev
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	@key() { $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))'; }; \
	env -u DATABASE_URL BASE_URL=https://clinic.example DEBUG=off SECRET_KEY=$$(key) AUDIT_KEY=$$(key) \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

lock:
	@for set in "requirements" "requirements-dev -c requirements.txt" "requirements-e2e -c requirements-dev.txt"; do \
	  set -- $$set; name=$$1; shift; \
	  uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make lock" "$$@" $$name.in -o $$name.txt || exit 1; \
	done
