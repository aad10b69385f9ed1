PYTHON ?= python3
BIN := .venv/bin
# Each process has tests that stand together, and what they share is made once; who is done takes
# over from the others.
PARALLEL := -n logical --maxprocesses 4 --dist worksteal
LINTS := lint types types-win32 types-darwin

.PHONY: setup run test test-long $(LINTS) soak test-devices docs packages check-packages

setup: .venv/.installed
	@installer/system-packages run

.venv/.installed: pyproject.toml
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || installer/system-packages python
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,transcript]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps 'faster-whisper>=1.1,<1.3'
	@touch $@

run: setup
	@$(BIN)/vcam run $(ARGS)

test: setup
	@installer/system-packages test
	@$(MAKE) --no-print-directory --jobs --output-sync $(LINTS)
	$(BIN)/python -m pytest -q -m "not long" $(PARALLEL)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

types-win32 types-darwin: types-%:
	$(BIN)/mypy --cache-dir .mypy_cache/$* --platform $* vcam ui/vcam_ui

test-long: setup
	@installer/system-packages test
	VCAM_FILMS=500 $(BIN)/python -m pytest -q -m long $(PARALLEL)

soak: setup
	VCAM_FILMS=5000 $(BIN)/python -m pytest -q -n 2 tests/offline/test_any_film.py
	VCAM_BROKEN=50 $(BIN)/python -m pytest -q tests/offline/test_broken_files.py
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[cluster]' s3fs 'moto[server]'
	VCAM_RAY=1 $(BIN)/python -m pytest -q tests/archive

test-devices: setup
	@installer/system-packages devices
	$(BIN)/python -m pytest -q tests/devices

docs: setup build/docs/.installed
	$(BIN)/python -m vcam.schema.reference > docs/settings.md
	NO_MKDOCS_2_WARNING=1 build/docs/bin/mkdocs build --quiet --strict

build/docs/.installed: docs/requirements.txt
	$(PYTHON) -m venv build/docs
	build/docs/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

packages:
	@installer/system-packages run packages
	$(PYTHON) -m venv build/packagers
	build/packagers/bin/pip install --quiet --disable-pip-version-check -r installer/packages/requirements.txt
	build/packagers/bin/python installer/packages/build.py $(KINDS)

check-packages:
	@installer/system-packages check
	installer/packages/check $(SUITES)
