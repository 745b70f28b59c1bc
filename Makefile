# Everything a person needs to run, test and build medixchange. Nothing to configure, nothing to install by hand:
# each command makes the environment that it needs in .venv, from the pinned requirements.
ARGS =
BIN = .venv/bin
FLAGS = --quiet --disable-pip-version-check --no-input

.PHONY: demo test check format lint bench bench-matching sweep picture fonts requirements catalogues wheel clean

demo: .venv/run
	@$(BIN)/medixchange demo $(ARGS)

# More workers than a small machine has cores: they wait for servers and browsers half of the time.
# Compiled first, and what is compiled is kept whatever Python is told elsewhere: each worker and each of the many
# processes that tests start would do it anew.
test: .venv/test
	@$(BIN)/python -m compileall -q medixchange
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 -m "not sweep" $(ARGS)

check: lint test

lint: .venv/test
	@$(BIN)/ruff format --check medixchange tests bench migrations docs
	@$(BIN)/ruff check medixchange tests bench migrations docs
	@$(BIN)/mypy medixchange tests bench migrations docs
	@$(BIN)/lint-imports

format: .venv/test
	@$(BIN)/ruff format medixchange tests bench migrations docs
	@$(BIN)/ruff check --fix medixchange tests bench migrations docs

sweep: .venv/test
	@$(BIN)/python -m pytest -n 2 -m "sweep or hypothesis" --hypothesis-profile=searching $(ARGS)

bench: .venv/test
	@for each in feed mailing matching questions disruptions planning; do echo "== $$each"; $(BIN)/python -m "bench.$$each" || exit 1; done

bench-matching: .venv/test
	@for each in matching questions disruptions planning; do echo "== $$each"; $(BIN)/python -m "bench.$$each" || exit 1; done

picture: .venv/test
	@$(BIN)/python -m docs.pictures.hours
	@$(BIN)/python -m docs.pictures.make

# Debian's fonts-noto-core and fonts-noto-cjk are wanted for this.
fonts: .venv/test
	@$(BIN)/python -m docs.fonts.cut

catalogues: .venv/test
	@$(BIN)/python -m medixchange.i18n.extraction

wheel: .venv/test
	@$(BIN)/python -m pip wheel $(FLAGS) --no-deps --wheel-dir dist .

# The pins, with hashes and without the address of any index.
requirements: .venv/test
	@$(BIN)/python -m pip install $(FLAGS) uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade --extra test --extra bench -c requirements/run.txt pyproject.toml -o requirements/test.txt

# A Python of 3.11 or later, the first that is found; said plainly where there is none.
.venv/made:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if command -v $$python >/dev/null 2>&1 && \
			$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "medixchange needs Python 3.11 or later; none was found on the PATH." >&2; exit 1; fi; \
	$$found -m venv .venv || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@touch .venv/made

.venv/run: .venv/made requirements/run.txt pyproject.toml
	@echo "Installing what medixchange needs (a minute, once) ..."
	@$(BIN)/python -m pip install $(FLAGS) --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install $(FLAGS) --no-deps --editable .
	@touch .venv/run

.venv/test: .venv/made requirements/test.txt pyproject.toml
	@echo "Installing what medixchange and its tests need (a minute or two, once) ..."
	@$(BIN)/python -m pip install $(FLAGS) --require-hashes -r requirements/test.txt
	@$(BIN)/python -m pip install $(FLAGS) --no-deps --editable .
	@touch .venv/test .venv/run

clean:
	@rm -rf .venv build dist
