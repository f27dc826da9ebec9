# Everything that is done with this course. `make book` and `make test` need Python 3.12 or newer, a
# network and nothing else: they make .venv and fetch what requirements.txt names. The rest is in tools/.

VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/installed

.PHONY: help book zip pdf pictures looked-at lab check test test-live serve lint format bench mutants upgrade clean

help::
	@echo 'make book          build the book into _build/html'
	@echo 'make lab           open the chapters as notebooks in JupyterLab'
	@echo 'make zip           the book as one archive, to read without a network'
	@echo 'make pdf           the whole course as one PDF'
	@echo 'make pictures      take the pictures of the README from the built site'
	@echo 'make looked-at     record how each figure is drawn now, and say which are drawn otherwise'
	@echo 'make check         the quick one: models, figures, engines and lint; no browser, no book'
	@echo 'make test          run all tests (builds the book first)'
	@echo 'make test-live     what takes long: every chapter in JupyterLab, a whole class graded'
	@echo 'make serve         serve the built book on 127.0.0.1'
	@echo 'make lint          check the code; `make format` mends its layout'
	@echo 'make bench         measure build, pages, redraws, memory, and the exact posterior'
	@echo 'make mutants       make mistakes on purpose and say which of them no test notices (minutes)'
	@echo 'make upgrade       pin the newest versions in requirements.txt and package-lock.json'
	@echo 'make clean         remove everything that was built, .venv included, but no class'

book: $(INSTALLED)
	@$(PY) tools/book.py

zip: $(INSTALLED)
	@$(PY) tools/archive.py

pdf: $(INSTALLED)
	@$(PY) tools/pdf.py

pictures: $(INSTALLED)
	@$(PY) tools/readme_pictures.py

looked-at: $(INSTALLED)
	@cd tests/support && PYTHONPATH=../../tools ../../$(PY) looked_at.py

# The memo programs and PyMC's samplers compile for minutes: tests that do either are marked slow.
check: $(INSTALLED) lint
	@$(PY) -m pytest -n auto -m 'not live and not slow' tests/models tests/plots tests/explorer tests/book/test_house.py

test: $(INSTALLED)
	@$(PY) -m pytest -n auto

test-live: $(INSTALLED)
	@$(PY) -m pytest -m live

lab: $(INSTALLED)
	@$(PY) tools/lab.py $(PORT)

serve: $(INSTALLED)
	@$(PY) tools/serve.py $(PORT)

lint: $(INSTALLED)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@cd tools && ../$(PY) -m javascript.lint

format: $(INSTALLED)
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .
	@cd tools && ../$(PY) -m javascript.lint --write

bench: $(INSTALLED)
	@cd tools && ../$(PY) -m bench

# LIST=figures, or AREA=plots SEED=1 NUMBER=60
mutants: $(INSTALLED)
	@cd tools && ../$(PY) -m mutants $(foreach option,LIST AREA SEED NUMBER,$(if $($(option)),--$(option) $($(option))))

upgrade: $(INSTALLED)
	@$(PY) tools/pin.py

# What students handed in, and their grades, are nothing that could be built again.
clean:
	@! test -d _build/classes || echo 'keeping _build/classes'
	rm -rf $(VENV) code/*.egg-info $(filter-out _build/classes,$(wildcard _build/* _build/.[!.]*))
	@! test -d _build || rmdir --ignore-fail-on-non-empty _build 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An instructor's, where there are problem sets
-include assignments/targets.mk

# The stamp is written last, so an installation that was interrupted is done again.
$(INSTALLED): requirements.txt
	@python=$$(tools/find-python $(PYTHON)) && echo "making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@echo 'installing requirements.txt (a minute or two)'
	@$(PY) -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@
