# Works with GNU make 3.81 (macOS) and any POSIX sh. Packages come from the index that pip is configured with.
#   PYTHON=/path/to/python   choose the interpreter of the virtual environment
#   VENV=.venv  PORT=8000    where it is made, where the service listens
#   ARGS="-k ranking"        passed on by test, bench, eval, live and lock

VENV ?= .venv
PORT ?= 8000
PY = $(VENV)/bin/python
INSTALLED = $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help serve test check format bench eval live lock clean which-python FORCE

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

serve: $(INSTALLED) ## run the service on 127.0.0.1, port PORT, with the example knowledge base
	@$(PY) -m scripts.quickstart --port $(PORT)

test: $(INSTALLED) ## run all tests
	$(PY) -m pytest $(ARGS)

check: $(INSTALLED) ## the one gate: format, lint, types, import contracts, tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) $(VENV)/bin/lint-imports --no-logo
	$(PY) -m pytest

format: $(INSTALLED) ## format the code and mend what ruff can mend
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(INSTALLED) ## measure latency
	$(PY) -m benchmarks.latency $(ARGS)

eval: $(INSTALLED) ## measure answers and confidence on labelled sets (KB_EVAL_SETS)
	$(PY) -m benchmarks.extractive
	$(PY) -m benchmarks.fit_confidence $(ARGS)

live: $(INSTALLED) ## run the tests that call OpenAI and Pinecone (they need keys and cost cents)
	$(PY) -m pytest -m live --force-enable-socket tests/live $(ARGS)

clean: ## remove the virtual environment and every cache; ./var stays
	rm -rf "$(VENV)" dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

which-python: ## print the interpreter that the virtual environment would be made with
	@eval "$$CHOOSE_PYTHON"; echo "$$python"

# The stamp is written last, so an environment without it is half-made and is made anew.
$(INSTALLED): requirements.lock
	@eval "$$CHOOSE_PYTHON"; \
	echo "Making $(VENV) with $$python; this is done once and takes a minute."; \
	"$$python" -m venv --clear "$(VENV)" || exit 1; \
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock || { \
	  echo "requirements.lock could not be installed: see pip's message above, and check that its package index can be reached." >&2; \
	  exit 1; }; \
	touch $@

# A stamp is worth nothing when the interpreter under it has been uninstalled.
ifneq ($(shell $(PY) -c 'print("runs")' 2>/dev/null),runs)
$(INSTALLED): FORCE
endif

lock: ## write requirements.lock anew from pyproject.toml (ARGS=--upgrade for newer versions)
	@eval "$$CHOOSE_PYTHON"; \
	tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && \
	"$$python" -m venv "$$tool" && \
	"$$tool/bin/python" -m pip install --quiet --disable-pip-version-check uv && \
	"$$tool/bin/uv" pip compile pyproject.toml --quiet --no-config --python "$$tool/bin/python" \
	  --extra embedded --extra readers --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock $(ARGS)

# Sets $python: PYTHON= if given, else the newest that is found, really runs (a version manager's shim may
# not) and can make a virtual environment (Debian keeps ensurepip in a package of its own).
PROBE = import sys, importlib.util as u; \
  print("old" if sys.version_info < (3, 11) else "usable" if u.find_spec("ensurepip") else "%d.%d" % sys.version_info[:2])

define CHOOSE_PYTHON
if [ -n "$$PYTHON" ]; then set -- "$$PYTHON"; else set -- python3.14 python3.13 python3.12 python3.11 python3; fi
python= bare= version=
for candidate do
  found=$$("$$candidate" -c '$(PROBE)' 2>/dev/null)
  case $$found in
    usable) python=$$candidate; break ;;
    3.*) bare=$${bare:-$$candidate} version=$${version:-$$found} ;;
  esac
done
if [ -z "$$python" ]; then
  if [ -n "$$bare" ]; then
    echo "$$bare has no ensurepip to make a virtual environment with: install it (Debian, Ubuntu: apt-get install python$$version-venv) or name another Python with PYTHON=."
  elif [ -n "$$PYTHON" ]; then
    echo "PYTHON=$$PYTHON does not run as Python 3.11 or newer: name one that does, or leave PYTHON= out."
  else
    echo "kbgate needs Python 3.11 or newer and found none: install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python) or name one with PYTHON=."
  fi >&2
  exit 1
fi
endef
export CHOOSE_PYTHON
