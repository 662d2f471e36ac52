# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
#
# make run     set up what is missing, then open the window      (ARGUMENTS="--workspace FOLDER" is handed on)
# make test    set up what is missing, then lint and every test
# make lint    the sources alone
# make bench   every benchmark                                  (ARGUMENTS="startup --json" for one)
# make setup   the set-up alone
# make clean   remove the environment and what tools left behind
#
# PYTHON names the interpreter that sets up, and that the environment is made with where it is 3.11, 3.12 or 3.13.

PYTHON ?= python3
ARGUMENTS ?=
ENVIRONMENT := .venv/bin

.DEFAULT_GOAL := run
.PHONY: run test lint bench setup clean

run: setup
	@$(ENVIRONMENT)/ilab-desktop $(ARGUMENTS)

test:
	@$(PYTHON) packaging/setup_environment.py --tests
	@$(ENVIRONMENT)/python packaging/checks.py test

lint: setup
	@$(ENVIRONMENT)/python packaging/checks.py lint

bench: setup
	@$(ENVIRONMENT)/python packaging/run_benchmarks.py $(ARGUMENTS)

setup:
	@$(PYTHON) packaging/setup_environment.py

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find core desktop resources packaging tests -name __pycache__ -type d -prune -exec rm -rf {} +
