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

.PHONY: help demo demo-reset run install test test-sqlite lint format messages catalogues check lock

help:
	@echo "make demo          start with invented guests (CUSTOMERS=5000 SEED=1 PORT=8000)"
	@echo "make demo-reset    throw the demo data away and make it anew"
	@echo "make run           start without touching data"
	@echo "make test          all tests this machine can run"
	@echo "make test-sqlite   the quick part of them"
	@echo "make lint          style, imports between apps, migrations, catalogues"
	@echo "make format        let ruff arrange the code"
	@echo "make messages      collect texts for translation (needs gettext)"
	@echo "make lock          write requirements.txt anew from pyproject.toml"

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

.venv/installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing. Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "The venv module is missing. Debian, Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing the locked requirements …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.txt \
		|| { echo "Installing failed. Check the connection to the package index and run make again."; exit 1; }
	@touch $@

catalogues: install
	@$(MANAGE) compile_catalogues

test: install catalogues
	@.ci/test

test-sqlite: install catalogues
	@$(BIN)/python -m pytest -m "not browser and not postgresql"

lint: install catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: install
	@command -v xgettext >/dev/null || { echo "gettext is missing. Debian, Ubuntu: apt install gettext; macOS: brew install gettext"; exit 1; }
	@$(MANAGE) makemessages --locale de --locale es --no-location --no-wrap --no-obsolete --ignore .venv --ignore var --ignore tests

lock: install
	@test -x $(BIN)/uv || { echo "uv is missing: $(BIN)/python -m pip install uv"; exit 1; }
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --extra dev --output-file requirements.txt pyproject.toml
