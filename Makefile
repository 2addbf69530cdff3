# install: the environment in .venv · run: the editor · test · lint · bench · lock: renew the pins
# fuzz: each entry point under a coverage-guided fuzzer for FUZZ_SECONDS, where atheris is installed (.venv/bin/uv pip install -e '.[fuzz]')
# bench-faults: processes killed in 100 rounds of each kind · bench-load: 50 writers for five minutes · bundle: one archive to install from where there is no network and no make
PY := .venv/bin/python
UV := .venv/bin/uv pip
READY := .venv/.ready
PLATFORM ?= linux-x86_64
PYTHONS ?= 3.11 3.12 3.13
ROUNDS ?= 100
WRITERS ?= 50
SECONDS ?= 300
FUZZ_SECONDS ?= 60

.PHONY: install run test lint fuzz bench bench-faults bench-load bundle lock clean

install: $(READY)

$(READY): pyproject.toml .requirements.lock
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本：apt-get install python3" >&2; exit 2; }
	@test -x $(PY) || python3 -m venv .venv || { echo "无法建立 .venv，请先安装：apt-get install python3-venv" >&2; exit 2; }
	@test -x .venv/bin/uv || .venv/bin/pip install -q --disable-pip-version-check uv==0.13.9
	@$(UV) install -q -r .requirements.lock && $(UV) install -q --no-deps -e . \
		|| { .venv/bin/pip install -q -r .requirements.lock && .venv/bin/pip install -q --no-deps -e .; }
	@$(PY) -m corpus.samples
	@touch $@

run: install
	@.venv/bin/ziping ui

test: install
	@$(PY) -m pytest -q -n 2 --dist loadfile

lint: install
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/mypy .bundle/*.py .lint/*.py
	@$(PY) .lint/audit.py .requirements.lock

fuzz: install
	@for target in $$($(PY) tests/fuzz_targets.py --list); do \
		echo "$$target" && PYTHONPATH=. $(PY) tests/fuzz_targets.py $$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 || exit $$?; \
	done

bench: install
	@$(PY) -m pytest -q --benchmark-only --benchmark-columns=median,iqr,ops,rounds tests

bench-faults: install
	@ZIPING_FAULT_ROUNDS=$(ROUNDS) $(PY) -m pytest -q -s tests/test_corpus_faults.py

bench-load: install
	@ZIPING_LOAD_WRITERS=$(WRITERS) ZIPING_LOAD_SECONDS=$(SECONDS) ZIPING_LOAD_PAUSE=2 $(PY) -m pytest -q -s tests/test_ui_load.py

bundle: install
	@$(PY) .bundle/make.py --platform $(PLATFORM) --python $(PYTHONS)

lock:
	@$(UV) compile -q --universal --python-version 3.11 --extra dev --no-header --no-emit-index-url --no-annotate pyproject.toml -o .requirements.lock

clean:
	@rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache
