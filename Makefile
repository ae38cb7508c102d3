# Everything runs in a virtual environment of its own, made on first use; later runs need no network.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OUT ?= out/demo

.PHONY: demo test coverage soak bench install dashboard lint clean

install: $(READY)

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pontual needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(READY)

demo: install
	$(BIN)/pontual demo --out $(OUT)

test: install
	$(BIN)/python -m tests.support.compiled_code
	$(BIN)/pytest -n auto --dist loadgroup -m "not soak"

# Apart from `test`, as counting lines takes as much of the processor again.
coverage: install
	$(BIN)/pytest -n auto --dist loadgroup -m "not soak" --cov --cov-report=term:skip-covered

soak: install
	$(BIN)/python -m benchmarks.soak

bench: install
	$(BIN)/python -m benchmarks

dashboard: install
	$(BIN)/pontual dashboard $(OUT)

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) build dist out
