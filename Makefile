# Everything that an analyst or a developer runs. `make` alone lists it.
# Plain enough for the make 3.81 that macOS ships.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# An active conda environment of this name is used as it is; otherwise .venv is made here.
ifeq ($(CONDA_DEFAULT_ENV),kscb-analysis)
ENV := $(CONDA_PREFIX)
endif
ifeq ($(ENV),)
ENV := .venv
endif
BIN := $(ENV)/bin

# Packages from outside the environment would make other papers from the same lock.
unexport PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE := 1

# Values reach the shell through its environment, so spaces and quotes in them stay as they are.
export AREA PERIOD MEETING JOBS PYTHON

ASKED = $(if $(AREA),--area "$$AREA") $(if $(JOBS),--jobs "$$JOBS") \
  $(if $(PERIOD),--set "period=$$PERIOD") $(if $(MEETING),--meeting "$$MEETING")

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^[a-z]+:.*## / {printf "  %-18s%s\n", "make " $$1, $$2} \
	  /^## / {printf "  %18s%s\n", "", substr($$0, 4)}' Makefile

.PHONY: reports
reports: environment ## the committee papers, in reports/, and the data they need
## for example: make reports AREA="East Sussex; Kent" PERIOD=2011 JOBS=2
## for every authority with figures: make reports AREA=all
## with the front matter of a meeting: make reports MEETING=meeting.toml
	@"$(BIN)/kscb" reports $(ASKED)

.PHONY: pdf
pdf: formats ## the papers as tagged PDF, beside their pages; AREA, PERIOD, … as above
	@"$(BIN)/kscb" export pdf $(ASKED)

.PHONY: docx
docx: formats ## the papers as Word documents
	@"$(BIN)/kscb" export docx $(ASKED)

.PHONY: xlsx
xlsx: formats ## the tables of the papers as spreadsheets
	@"$(BIN)/kscb" export xlsx $(ASKED)

.PHONY: bundle
bundle: formats ## one zip for a meeting: the papers in every format, their data, fingerprints
	@"$(BIN)/kscb" bundle $(ASKED)

.PHONY: data
data: environment ## the tidy tables alone, in data/processed/
	@"$(BIN)/kscb" data

.PHONY: lab
lab: environment ## JupyterLab, at a lesson for analysts; it asks nothing of any other site
## without opening a browser: make lab ARGS=--no-browser
	@"$(BIN)/python" -m jupyterlab --config=tools/lab/config.json $(ARGS)

.PHONY: test
test: environment ## every test, in a browser too where Chromium is installed
## on as many cores as there are, or: make test JOBS=1 ARGS="-k periods"
	@"$(BIN)/python" -m pytest --numprocesses "$${JOBS:-auto}" --dist loadfile $(ARGS)

.PHONY: lint
lint: environment ## format, lint, types, and files that are made from others
	@echo "Format"; "$(BIN)/ruff" format --check --quiet . || \
	  { echo "Run: make format"; exit 1; }
	@echo "Lint"; "$(BIN)/ruff" check --quiet .
	@echo "Types"; "$(BIN)/python" -m mypy --no-error-summary
	@echo "Notebooks hold no outputs"; \
	  "$(BIN)/nbstripout" --verify --keep-id notebooks/*.ipynb || { echo "Run: make format"; exit 1; }
	@echo "environment.yml is the lock"; "$(BIN)/python" tools/conda_environment.py --check

.PHONY: check
check: lint test ## lint and test: what "clean" means here

.PHONY: format
format: environment ## put code and notebooks into the one format
	@"$(BIN)/ruff" check --fix-only --quiet .
	@"$(BIN)/ruff" format --quiet .
	@"$(BIN)/nbstripout" --keep-id notebooks/*.ipynb

.PHONY: lock
lock: environment ## pyproject.toml to requirements*.txt and environment.yml; pins stay where they can
## to move every pin to its newest: make lock UPGRADE=1
	@echo "requirements.txt"
	@"$(BIN)/uv" pip compile $(COMPILE) $(if $(UPGRADE),--upgrade) \
	  --group dev pyproject.toml --output-file requirements.txt
	@echo "requirements-uv.txt"
	@echo uv | "$(BIN)/uv" pip compile $(COMPILE) --constraints requirements.txt - \
	  --output-file requirements-uv.txt
	@echo "requirements-formats.txt"
	@"$(BIN)/python" -c 'import tomllib; asked = tomllib.load(open("pyproject.toml", "rb")); \
	  print(*asked["project"]["optional-dependencies"]["formats"], sep="\n")' | \
	  "$(BIN)/uv" pip compile $(COMPILE) $(if $(UPGRADE),--upgrade) --group formats-tests \
	  --constraints requirements.txt - --output-file requirements-formats.txt
	@echo "environment.yml"
	@"$(BIN)/python" tools/conda_environment.py

# One version of each package for every Python from 3.11 on and every system, with no address in it.
COMPILE := --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
  --no-annotate --custom-compile-command "make lock"

.PHONY: environment
environment: ## the Python environment alone; every other command sees to it first
## with a Python of your choice: make environment PYTHON=/opt/python3.12/bin/python3
	@sh tools/install.sh "$(ENV)"

.PHONY: formats
formats: ## that environment with what PDF and Word need; the commands for these see to it first
	@sh tools/install.sh "$(ENV)" formats

.PHONY: clean
clean: ## remove what is rebuilt: reports, tidy tables, caches
	@for folder in reports data/processed; do \
	  if [ -d "$$folder" ]; then find "$$folder" -mindepth 1 ! -name .gitkeep -delete; fi; done
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find src tests tools notebooks -depth \
	  \( -name __pycache__ -o -name .ipynb_checkpoints \) -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## remove .venv as well
	@rm -rf .venv
