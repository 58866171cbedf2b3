# `make serve` and `make test` do everything themselves, from a bare machine with Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve index test test-slow check eval quality doctor screenshots clean

serve: $(VENV)/installed
	@$(BIN)/qa index
	@$(BIN)/qa serve

index: $(VENV)/installed
	@$(BIN)/qa index

# Two processes share out the files of tests: a server, a browser and a build keep two cores busy.
test: $(VENV)/installed-test
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: $(VENV)/installed-test
	$(BIN)/python -m pytest -m slow

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/installed
	@$(BIN)/qa index
	@$(BIN)/qa eval evals/briefing.jsonl

quality: $(VENV)/installed
	@$(BIN)/python -m benchmarks.quality --json benchmarks/quality.json

doctor: $(VENV)/installed
	@$(BIN)/qa doctor

screenshots: $(VENV)/installed-test
	@$(BIN)/qa index
	$(BIN)/python docs/screenshots.py

$(VENV)/installed: pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: name it with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d: name it with make PYTHON=..." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once; a few minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	@echo "Installing what the tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
