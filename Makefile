# The two commands of a stranger are `make run` and `make test`; everything else builds on the same .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test check lint types test-portal test-browser soak bench lock clean

run: .venv/ready
	$(BIN)/offenlage run --prefect

# A file of tests stays in one process, so that what it set up is set up once.
test: .venv/ready
	$(BIN)/pytest --numprocesses auto --dist loadfile

check: lint types test

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

# Sets up a real CKAN below $TEST_PORTAL_DIR (default: below /tmp), once; see tests/portal/up.sh.
test-portal: .venv/ready
	$(BIN)/pytest tests/portal --run-portal

# Sets up Debian's Chromium, Playwright and axe-core below $TEST_BROWSER_DIR (default: below /tmp), once; see tests/browser/up.sh.
test-browser: .venv/ready
	$(BIN)/pytest tests/browser --run-browser --numprocesses auto --dist loadfile

# The faults of a portal are tried at a real CKAN too, set up as for test-portal.
soak: .venv/ready
	$(BIN)/pytest -m soak --run-soak --run-portal

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
