# demo and test make .venv by themselves; nothing but python3 and a package index is needed.

PYTHON ?= python3
JOBS ?= logical
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(wildcard pyproject.toml adapters/*/pyproject.toml constraints.txt tools/environment.py)
TREES := src adapters tests tools typing_tests bench conftest.py noxfile.py

export PATH := $(CURDIR)/$(BIN):$(PATH)
# Hundreds of processes are started by the tests: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types layers covered docs elsewhere pythons alone tryton hosts bench mutants clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

# The stamps sit inside .venv, so that removing it removes them.
$(VENV)/.ready: $(SETUP)
	$(PYTHON) tools/environment.py
	@touch $@

$(VENV)/.ready-dev: $(SETUP)
	$(PYTHON) tools/environment.py --dev
	@touch $@ $(VENV)/.ready

demo: $(VENV)/.ready ## the story of a few leads, then the portal on their records (SERVE=0: the story alone)
	@$(BIN)/leadcore demo --serve $(if $(filter 0,$(SERVE)),never,$(if $(SERVE),always,auto))

test: $(VENV)/.ready-dev ## every test, once, on this Python
	LEADCORE_PROFILE=ci $(BIN)/pytest -n $(JOBS) $(ARGS)

check: format lint types layers covered docs elsewhere ## everything that must hold before a change lands

format: $(VENV)/.ready-dev ## is the code formatted?
	$(BIN)/ruff format --check $(TREES)

lint: $(VENV)/.ready-dev ## ruff and the house's own rules
	$(BIN)/ruff check $(TREES)
	$(BIN)/python -m tools.check_style

types: $(VENV)/.ready-dev ## two strict type checkers
	@# Side by side: each of them works on one core only.
	$(BIN)/mypy & one=$$!; $(BIN)/basedpyright; two=$$?; wait $$one && exit $$two

layers: $(VENV)/.ready-dev ## who may import whom
	$(BIN)/lint-imports --no-logo

covered: $(VENV)/.ready-dev ## tests; each core module covered by its own test module
	@rm -f .coverage .coverage.*
	LEADCORE_PROFILE=ci $(BIN)/pytest -n $(JOBS) --cov --cov-report= $(ARGS) tests
	$(BIN)/python -m tools.check_coverage
	@# Untraced, for they cover no core module, and with fewer examples of what the core's own found.
	LEADCORE_PROFILE=quick $(BIN)/pytest -n $(JOBS) $(ARGS) adapters

docs: $(VENV)/.ready-dev ## run every example in README.md and docs/
	find README.md docs -name '*.md' -print0 | sort -z | xargs -0 -n 3 -P 2 $(BIN)/python -m tools.run_docs

# Each of these keeps one core busy, and many take turns: the longest first, so that none is last.
ALONE := $(patsubst adapters/%,alone-%,$(wildcard adapters/*))
ALONE := alone-leadcore-sqlalchemy $(filter-out %-sqlalchemy %-tryton,$(ALONE))
PYTHONS := python-3.13 python-3.12
# Older makes mix what two of them print.
TWO := $(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

elsewhere: $(VENV)/.ready-dev ## in other environments: pythons, alone, tryton, and leadcore within one CRM
	@$(TWO) ARGS=tests python-3.13 tryton host-djangocrm $(ALONE) python-3.12

pythons: $(VENV)/.ready-dev ## the tests on the other Pythons found here
	@$(TWO) $(PYTHONS)

alone: $(VENV)/.ready-dev ## each adapter with only its own dependencies
	@$(TWO) $(ALONE)

python-%: $(VENV)/.ready-dev
	$(BIN)/nox --no-error-on-missing-interpreters -s tests-$*

alone-%: $(VENV)/.ready-dev
	$(BIN)/nox -s "alone(adapter='$*')"

tryton: $(VENV)/.ready-dev ## the module for Tryton, within Tryton, in an environment of its own
	$(BIN)/python -m tools.hosts_tryton $(ARGS)

hosts: $(VENV)/.ready-dev ## leadcore within CRMs that exist, each in its own environment (HOSTS=djangocrm for one)
	$(BIN)/python -m tools.hosts $(HOSTS)

host-%: $(VENV)/.ready-dev
	$(BIN)/python -m tools.hosts $*

bench: $(VENV)/.ready-dev ## measure (ONLY=name for one figure)
	$(BIN)/python -m bench.run $(if $(ONLY),--only $(ONLY))

mutants: $(VENV)/.ready-dev ## faults put into MODULE=leadcore.x: do its tests notice? (docs/mutation.md)
	nice $(BIN)/python -m tools.mutants $(or $(MODULE),$(error name one: make mutants MODULE=leadcore.contact.kernels)) $(ARGS)

clean: ## remove what the targets above made
	rm -rf $(VENV) .nox .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage .coverage.* build dist
	find src adapters tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
