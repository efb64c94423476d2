# `make demo` runs Stammgast with invented guests, `make test` runs the tests. `make help` lists the rest.
SHELL := /bin/sh
CUSTOMERS ?= 5000
SEED ?= 1
PORT ?= 8000

ifneq (,$(wildcard .env))
include .env
export
endif

# The first interpreter that is new enough; PYTHON=… chooses another.
ifndef PYTHON
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

# The demo runs as in production, only on this machine and without encryption; mail goes to the terminal.
DEMO := DEBUG=false HTTPS=false ALLOWED_HOSTS=localhost,127.0.0.1 BASE_URL=http://127.0.0.1:$(PORT) \
	DELIVERY_EMAIL_BACKEND=django.core.mail.backends.console.EmailBackend

# Extras are kept, because a name without its extra would let pip resolve what hangs on it.
LOCK := pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url \
	--custom-compile-command "make lock"
# The layout of style sheets; .pre-commit-config.yaml says it again.
FORMAT_CSS := $(BIN)/css-beautify --indent-size 2 --end-with-newline --space-around-combinator
SHEETS := $(wildcard static/css/*.css)
# The locks are complete, so nothing is resolved here: a release of tomorrow changes nothing.
install_lock = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
	--require-hashes --no-deps -r $(1) \
	|| { echo "Installing failed. Check the connection to the package index and run make again."; exit 1; }; \
	$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || { $(BIN)/python -m pip check; exit 1; }

.PHONY: help demo demo-reset run install install-dev test test-sqlite bench lint format messages catalogues check lock

help:
	@echo "make demo          start with invented guests (CUSTOMERS=5000 SEED=1 PORT=8000)"
	@echo "make demo-reset    throw the demo data away and make it anew"
	@echo "make run           start without touching data"
	@echo "make test          all tests this machine can run"
	@echo "make test-sqlite   the quick part of them"
	@echo "make bench         the speed of this machine (BENCH=\"--customers 1000000 --alone\"; BENCH=--help)"
	@echo "make lint          style, imports between apps, migrations, catalogues"
	@echo "make format        arrange code, templates and style sheets"
	@echo "make messages      collect texts for translation (needs gettext)"
	@echo "make lock          write both locks anew from pyproject.toml"

demo: install catalogues var/demo-key
	@$(DEMO) SECRET_KEY=$$(cat var/demo-key) $(MANAGE) collectstatic --no-input --verbosity 0
	@$(DEMO) SECRET_KEY=$$(cat var/demo-key) $(MANAGE) migrate --verbosity 0
	@$(DEMO) SECRET_KEY=$$(cat var/demo-key) $(MANAGE) demo --customers $(CUSTOMERS) --seed $(SEED)
	@exec env $(DEMO) SECRET_KEY=$$(cat var/demo-key) $(MANAGE) serve --port $(PORT)

var/demo-key:
	@mkdir -p var
	@$(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))' > $@

demo-reset: install
	@rm -rf var/stammgast.sqlite3 var/stammgast.sqlite3-wal var/stammgast.sqlite3-shm var/media
	@$(MAKE) --no-print-directory demo

run: install catalogues
	@$(MANAGE) migrate --verbosity 0
	@exec $(MANAGE) serve --port $(PORT)

install: .venv/installed

install-dev: .venv/installed-dev

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing. Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "The venv module is missing. Debian, Ubuntu: apt install python3-venv"; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing the locked requirements …"
	@$(call install_lock,requirements.txt)
	@touch $@

# The development lock holds the production lock whole, at the same versions.
.venv/installed-dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing the locked requirements and the tools of the tests …"
	@$(call install_lock,requirements-dev.txt)
	@touch $@ .venv/installed

catalogues: install
	@$(MANAGE) compile_catalogues

test: install-dev catalogues
	@.ci/test

test-sqlite: install-dev catalogues
	@$(BIN)/python -m pytest -m "not browser and not postgresql and not proxy and not slow"

bench: install-dev
	@$(BIN)/python -m tests.bench $(BENCH)

lint: install-dev catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/djlint templates --check --quiet || { echo "Templates are not formatted. Run make format"; exit 1; }
	@for sheet in $(SHEETS); do $(FORMAT_CSS) $$sheet | cmp --silent - $$sheet \
		|| { echo "$$sheet is not formatted. Run make format"; exit 1; }; done
	@$(BIN)/python -m pytest -n 0 tests/test_templates.py tests/test_stylesheets.py
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check
	@DEBUG=false ALLOWED_HOSTS=stammgast.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(MANAGE) check --deploy --fail-level WARNING

format: install-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@for pass in 1 2 3 4; do $(BIN)/djlint templates --reformat --quiet >/dev/null && break; done
	@for sheet in $(SHEETS); do $(FORMAT_CSS) --replace $$sheet >/dev/null; done

messages: install-dev
	@command -v xgettext >/dev/null || { echo "gettext is missing. Debian, Ubuntu: apt install gettext; macOS: brew install gettext"; exit 1; }
	@$(MANAGE) makemessages --locale de --locale es --no-location --no-wrap --no-obsolete --ignore .venv --ignore var --ignore tests

lock: install-dev
	@test -x $(BIN)/uv || { echo "uv is missing: $(BIN)/python -m pip install uv"; exit 1; }
	@$(BIN)/uv $(LOCK) --extra dev --output-file requirements-dev.txt pyproject.toml
	@$(BIN)/uv $(LOCK) --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml
