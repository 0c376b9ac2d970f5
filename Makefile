# Everything that one does with Zhucai has a name here; `make` lists the names.

PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
            $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
VENV   := .venv
PY     := $(VENV)/bin/python
BIN    := $(VENV)/bin
LOCAL  := $(PY) -m deploy.local
CODE   := shared services gateway deploy tests

# A stamp is named after what it stands for, so a checkout, a copy and a change of branch need no new installation.
sum     = $(shell cat $(1) 2>/dev/null | cksum | cut -d' ' -f1)
RUNTIME := $(VENV)/.runtime-$(call sum,requirements.txt)
DEV     := $(VENV)/.dev-$(call sum,requirements-dev.txt)
EDITABLE := $(VENV)/.editable-$(call sum,pyproject.toml)
PIP     := $(PY) -m pip --disable-pip-version-check install --quiet
LOCK    := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml
UV      := $(or $(wildcard $(BIN)/uv),$(shell command -v uv 2>/dev/null))
# A journey tells of one canteen from its first day, so each has databases that nobody else has touched.
JOURNEYS := tests/journeys tests/browser/test_a_canteen_buys_by_page.py
BROWSER := chromium chromium-browser google-chrome google-chrome-stable

.DEFAULT_GOAL := help
.PHONY: help install dev browser up start down status demo migrate doctor verify check test test-pages screenshots bench lock format secrets compose-check

help: ## list these names
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Settings: PORT=8080 make up   DEMO=0 make up   all of them, with words: .env.example"

# ── Running ──────────────────────────────────────────────────────────────────────────────────────────────────────────

up: install ## run everything here until Ctrl-C; the first time with demo data
	@$(LOCAL) up

start: install ## the same in the background; returns when it is ready
	@$(LOCAL) start

down: install ## end it, foreground or background; returns when every process has ended
	@$(LOCAL) down

status: install ## what runs, where, and what it weighs
	@$(LOCAL) status || true

demo: install ## load the demo data into empty databases
	@$(LOCAL) zhucai demo

migrate: install ## bring the four databases to the newest migration
	@$(LOCAL) zhucai migrate

doctor: install ## examine the installation
	@$(LOCAL) zhucai doctor

verify: install ## check the ledger's hash chains and what must always hold
	@$(LOCAL) zhucai verify
	@$(LOCAL) zhucai check-invariants

secrets: install ## write the secrets that docker-compose.yml needs into .env
	@$(LOCAL) secrets

compose-check: install ## prove docker-compose.yml on this machine's Docker, beside whatever runs
	@$(PY) -m deploy.docker.check

# ── Building ─────────────────────────────────────────────────────────────────────────────────────────────────────────

check: dev ## format, lint, types and import contracts
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/ruff check --quiet $(CODE)
	$(BIN)/lint-imports
	$(BIN)/mypy $(CODE)

test: dev browser ## the tests, on real parts, two at a time, but for test-pages (ARGS='-k word' to choose)
	$(PY) -m pytest -n 2 --dist loadfile -m "not pages" $(addprefix --ignore=,$(JOURNEYS)) $(ARGS)
	@$(PY) -m pytest $(word 1,$(JOURNEYS)) & api=$$!; \
	  $(PY) -m pytest -m "not pages" $(word 2,$(JOURNEYS)) & pages=$$!; \
	  wait $$api; told=$$?; wait $$pages && exit $$told

test-pages: dev browser ## the full matrix of pages, themes and languages, in a browser
	$(PY) -m pytest -n 2 --dist loadfile -m pages $(ARGS)

screenshots: dev browser ## pictures of twelve pages of the demo that is up, in var/screenshots
	$(PY) -m tests.screenshots

bench: dev ## measure against bounds in the same run; writes tests/bench/results.json
	$(PY) -m tests.bench

format: dev ## write the code as `make check` wants it
	$(BIN)/ruff format --quiet $(CODE)
	$(BIN)/ruff check --fix --quiet $(CODE)

lock: ## resolve pyproject.toml into the four requirements files (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv, which nothing else does. Way out: $(PY) -m pip install uv"; exit 1; }
	$(UV) $(LOCK) --extra local -o requirements.txt
	$(UV) $(LOCK) --extra local --extra dev -c requirements.txt -o requirements-dev.txt
	$(UV) $(LOCK) -c requirements.txt -o deploy/docker/requirements.txt
	$(UV) $(LOCK) --extra stand-in -c requirements.txt -o deploy/docker/requirements-stand-in.txt

# ── Installing: once, with hashes; offline from then on ──────────────────────────────────────────────────────────────

install: $(RUNTIME) $(EDITABLE) ## install what running needs into .venv

dev: $(DEV) $(RUNTIME) $(EDITABLE) ## install what tests and checks need too

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Zhucai needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1). Way out: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module. Way out: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): | $(PY)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --default-pip >/dev/null
	@if [ -e $(DEV) ]; then :; else echo "Installing what running needs, once; about a minute …"; $(PIP) --require-hashes -r requirements.txt; fi
	@rm -f $(VENV)/.runtime-*; touch $@

$(DEV): | $(PY)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --default-pip >/dev/null
	@echo "Installing what tests and checks need, once; about a minute …"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@rm -f $(VENV)/.dev-*; touch $@

$(EDITABLE): | $(RUNTIME)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.editable-*; touch $@

browser:
	@has_browser() { for name in $(BROWSER); do command -v $$name >/dev/null && return 0; done; return 1; }; \
	has_font() { command -v fc-list >/dev/null && fc-list :lang=zh-cn | grep -q .; }; \
	if has_browser && has_font; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium and a Chinese font for the browser tests …"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	else \
	  echo "The browser tests need Chromium and a Chinese font. Way out: sudo apt-get install -y chromium fonts-noto-cjk"; exit 1; \
	fi
