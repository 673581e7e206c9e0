# ClinicDesk's tasks. Each sets up what it needs by itself: system libraries, then .venv.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin

# Where there is no display, the demo becomes a tour on a screen in memory. Only Linux has such
# a screen; other systems have a display always.
linux := $(filter Linux,$(shell uname -s))
display := $(if $(linux),$(DISPLAY)$(WAYLAND_DISPLAY),yes)
TOUR ?= $(if $(display),,tour)
xvfb := $(if $(linux),env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24")
offscreen := $(if $(display),,env QT_QPA_PLATFORM=offscreen)

.PHONY: help demo test check bench lock clean static format lint types imports setup-demo setup-test

help: ## say what there is
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

demo: setup-demo ## open the program on a made-up clinic; TOUR=DIR plays a tour and leaves its pictures in DIR
	$(if $(display),,@echo "There is no display here: playing a tour on a screen in memory, its pictures go to $(TOUR)/")
	$(if $(display),,$(xvfb)) $(BIN)/clinicdesk demo $(if $(TOUR),--tour "$(TOUR)")

test: static ## everything that `check` does, and every test, on a real X screen
	$(BIN)/pytest -q -n 2 --ignore tests/gui --ignore tests/journeys
	env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb $(xvfb) $(BIN)/pytest -q tests/gui tests/journeys

check: static ## format, lint, types, imports and the quick tests, in under a minute
	$(offscreen) $(BIN)/pytest -q -n 2 -m "not slow"

bench: setup-test ## measure the workloads that matter beside what is possible at best
	$(offscreen) $(BIN)/python -m tests.benchmarks

lock: ## write requirements.txt anew from pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.txt

clean: ## remove what the other targets made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist tour

# Two at a time, each one's output in one piece; the first failure ends it.
static: setup-test
	@$(MAKE) --no-print-directory -j2 --output-sync=target format lint types imports

format:
	$(BIN)/ruff format --check --quiet .

lint:
	$(BIN)/ruff check --quiet .

types:
	$(BIN)/mypy --no-error-summary

imports:
	$(BIN)/lint-imports --no-logo

setup-demo setup-test:
	@packaging/setup.sh $(subst setup-,,$@)
