# The two commands of a stranger are `make run` and `make test`; everything else builds on the same .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test check lint types test-portal soak bench lock clean

run: .venv/ready
	$(BIN)/offenlage run --prefect

test: .venv/ready
	$(BIN)/pytest

check: lint types test

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

# Sets up a real CKAN below $TEST_PORTAL_DIR (default: below /tmp), once; see tests/portal/up.sh.
test-portal: .venv/ready
	$(BIN)/pytest tests/portal --run-portal

soak: .venv/ready
	$(BIN)/pytest -m soak --run-soak

# Ratios beside rdflib, pyshacl and (BENCH="--ckan PYTHON") ckanext-dcat; BENCH="--full" takes many minutes.
bench: .venv/ready
	$(BIN)/python -m bench $(BENCH)

# The lock is made by hand, after a change to pyproject.toml, on a machine that has uv.
lock:
	uv pip compile --generate-hashes --no-emit-index-url --universal --python-version 3.11 --group dev pyproject.toml -o requirements.lock

# The lock is its own constraint: pip would not apply the version it pins to a package that is asked for with an extra.
.venv/ready: requirements.lock pyproject.toml
	@echo "Setting up .venv, once: about $$(grep -c '^[a-z].*==' requirements.lock) packages, each checked against its hash ..."
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --requirement requirements.lock --constraint requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

clean:
	rm -rf .venv
