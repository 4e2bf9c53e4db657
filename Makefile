# Everything that is done with Upominek, by name. `make` alone lists it.
#
# One set of flags builds what runs locally and what is tested, so that nothing is compiled twice:
# the whole workspace with the clock that can be set. What is deployed is built apart, without it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON := .venv/bin/python
VENV_READY := .venv/.ready
DEPLOY_READY := .venv/.ready-deploy
CDK_READY := infra/node_modules/.package-lock.json
PAGES_READY := tests/pages/node_modules/.package-lock.json
LOG := target/test-log

FUNCTIONS := $(notdir $(patsubst %/Cargo.toml,%,$(wildcard functions/*/Cargo.toml)))
# The test clock exists on local stacks only.
DEPLOYED := $(filter-out test-clock,$(FUNCTIONS))
CARGO_LOCAL := --locked --workspace --features test-clock

STAGE ?= local
ARCH ?= x86_64
CONTEXT ?=
CREDITOR ?=
SOURCE ?=
ARGS ?=

.PHONY: help
help:
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

##@ Try it

.PHONY: run stop setup build tools
run: setup build ## play three weeks on a local AWS, and leave it running
	@$(PYTHON) tests/local/story.py

stop: ## end what `make run` left running
	@if [ -x $(PYTHON) ]; then $(PYTHON) tests/local/stack.py down; else echo "nothing was running"; fi
	@rm -f .local/stack.json .local/clock.json

setup: tools $(VENV_READY) $(CDK_READY) ## install what is needed, inside this folder only

build: ## compile the functions for the local AWS
	@echo "compiling $(words $(FUNCTIONS)) functions; the first time takes several minutes"
	cargo build $(CARGO_LOCAL) --bins
	@for name in $(FUNCTIONS); do \
	  asset=target/lambda/local/$$name/bootstrap; mkdir -p $${asset%/*}; \
	  cmp -s target/debug/$$name $$asset || cp target/debug/$$name $$asset; \
	done

tools:
	@need() { command -v $$1 >/dev/null || { echo "$$1 is missing: $$2"; exit 1; }; }; \
	need cargo "install Rust, see https://rustup.rs"; \
	need python3 "install Python 3.10 or newer"; \
	need node "install Node.js 20 or newer"; need npm "it comes with Node.js"; \
	python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null \
	  || { echo "Python 3.10 or newer with its venv module is needed (Debian: apt install python3-venv)"; exit 1; }; \
	node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { echo "Node.js 20 or newer is needed"; exit 1; }

$(VENV_READY): tests/local/requirements.txt
	@echo "installing the local AWS into .venv"
	@python3 -m venv .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(DEPLOY_READY): tests/local/requirements-deploy.txt $(VENV_READY)
	@echo "installing the cross compiler into .venv"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(CDK_READY): infra/package-lock.json
	@echo "installing the CDK into infra/node_modules"
	@npm ci --prefix infra --no-progress
	@touch $@

$(PAGES_READY): tests/pages/package-lock.json
	@echo "installing the browser into tests/pages/node_modules"
	@npm ci --prefix tests/pages --no-progress
	@touch $@

##@ Work on it

.PHONY: test fmt test-style test-layers test-infra test-python test-rust test-stages test-story test-outside test-pages test-done soak bench clean
test: setup test-style test-layers test-infra test-python build test-rust test-stages test-story test-done ## run every check there is

fmt: ## bring the Rust code into its form
	cargo fmt --all

test-style: ## the form of the code, and lints as errors
	cargo fmt --all --check
	cargo clippy $(CARGO_LOCAL) --all-targets -- -D warnings

test-layers: ## the core has nothing of AWS and no runtime beneath it
	@found=$$(cargo tree --locked -p upominek --no-default-features -e normal --prefix none | grep -E '^(aws|tokio|hyper|lambda|reqwest)' || true); \
	if [ -n "$$found" ]; then printf 'the core of the common crate depends on:\n%s\n' "$$found"; exit 1; fi
	cargo check --locked -p upominek --no-default-features

test-infra: $(CDK_READY) ## the templates of all stages
	@mkdir -p $(LOG)
	npm test --prefix infra 2>&1 | tee $(LOG)/infra

test-python: $(VENV_READY) ## the local runner and the story's own parts
	@mkdir -p $(LOG)
	$(PYTHON) -m unittest discover --start-directory tests/local --pattern '*test*.py' 2>&1 | tee $(LOG)/python

test-rust: ## unit and integration tests
	@mkdir -p $(LOG)
	cargo test $(CARGO_LOCAL) 2>&1 | tee $(LOG)/rust

# Local binaries hold what marks the clock, so the search is known to find it; the others must not.
test-stages: build ## only local binaries hold the clock that can be set
	cargo build --locked --workspace --bins
	@for mark in TEST-CLOCK 'the driver of the clock'; do \
	  grep -qaF "$$mark" target/lambda/local/admin-api/bootstrap || { echo "the search for \"$$mark\" would find nothing"; exit 1; }; \
	  found=$$(grep -laF "$$mark" $(DEPLOYED:%=target/debug/%) || true); \
	  if [ -n "$$found" ]; then printf '"%s" is in binaries that are not for a local stack:\n%s\n' "$$mark" "$$found"; exit 1; fi; \
	done; echo "no clock that can be set in $(words $(DEPLOYED)) binaries for other stages"

# The pages come first: the tests from outside move the clock on, beyond the days for which the story's links work.
test-story: setup build ## play the three weeks, and every scene has to come true
	@mkdir -p $(LOG)
	@ended=0; $(PYTHON) tests/local/story.py --check 2>&1 | tee $(LOG)/story || ended=$$?; \
	if [ $$ended = 0 ]; then $(MAKE) --no-print-directory test-pages test-outside || ended=$$?; fi; \
	$(MAKE) --no-print-directory stop; exit $$ended

test-outside: $(VENV_READY) ## bad input, creditors apart, silent logs; on the stack that is running
	@mkdir -p $(LOG)
	$(PYTHON) -m unittest discover --start-directory tests/e2e 2>&1 | tee $(LOG)/outside

test-pages: $(PAGES_READY) ## the pages in a real browser; on the stack that is running
	@mkdir -p $(LOG)
	npm test --prefix tests/pages 2>&1 | tee $(LOG)/pages

test-done:
	@count() { awk "$$2" $(LOG)/$$1; }; \
	rust=$$(count rust '/^test result:/ { n += $$4 } END { print n + 0 }'); \
	infra=$$(count infra '/ pass [0-9]+$$/ { n = $$NF } END { print n + 0 }'); \
	python=$$(count python '/^Ran / { n = $$2 } END { print n + 0 }'); \
	outside=$$(count outside '/^Ran / { n = $$2 } END { print n + 0 }'); \
	pages=$$(count pages '/ pass [0-9]+$$/ { n = $$NF } END { print n + 0 }'); \
	scenes=$$(count story '/scenes came true/ { n = $$1 } END { print n + 0 }'); \
	echo; echo "all checks passed: $$rust Rust tests, $$infra of the infrastructure, $$python of the local runner, $$scenes scenes of the story, $$outside from outside, $$pages of the pages"; \
	echo "$$((rust + infra + python + scenes + outside + pages)) passed, 0 failed"

soak: ## play simulated years, seed after seed; ARGS="--seeds 1000 --debtors 300 --days 730", ARGS="--replay FILE"
	cargo run --locked --quiet --profile soak -p simulation -- $(ARGS)

# Counts are the same in any profile; start-up and sizes are those of release binaries.
bench: ## count requests, prices, decisions, pages, start-up and sizes
	cargo build --locked --release --workspace --bins
	cargo bench --locked -p upominek --bench speed
	cargo bench --locked --profile dev -p tests --features test-clock --bench bench $(ARGS)

clean: stop ## remove everything that was built or installed here
	rm -rf target .venv .local infra/node_modules infra/cdk.out tests/pages/node_modules

##@ Run it for real: STAGE=staging or STAGE=production, see infra/README.md

.PHONY: deploy real-stage build-deploy creditor token webhook-secret operate
deploy: build-deploy ## build for Lambda and deploy the stack; CONTEXT="-c name=value" for choices
	cd infra && npx cdk deploy -c stage=$(STAGE) -c arch=$(ARCH) $(CONTEXT)

real-stage:
	@case $(STAGE) in staging|production) ;; *) echo "say which stage: make deploy STAGE=staging"; exit 1;; esac

build-deploy: real-stage tools $(DEPLOY_READY) $(CDK_READY)
	PATH="$$PWD/.venv/bin:$$PATH" cargo lambda build --release --locked $(if $(filter arm64,$(ARCH)),--arm64,--x86-64) \
	  --lambda-dir target/lambda/deploy $(addprefix --package ,$(DEPLOYED))

creditor: ## make a creditor: CREDITOR=acme ARGS="--name Acme --sender-email faktury@acme.example ..."
	@$(MAKE) --no-print-directory operate ARGS='create_creditor --creditor $(CREDITOR) $(ARGS)'

token: ## make an API token, shown once: CREDITOR=acme
	@$(MAKE) --no-print-directory operate ARGS='create_token --creditor $(CREDITOR) $(ARGS)'

webhook-secret: ## make a source's secret, shown once: CREDITOR=acme SOURCE=upominek
	@$(MAKE) --no-print-directory operate ARGS='create_secret --creditor $(CREDITOR) --source $(SOURCE) $(ARGS)'

operate: $(CDK_READY) ## any command of the operator: ARGS="command --flag value"
	@if [ $(STAGE) = local ]; then \
	  endpoint=$$(sed -n 's/.*"aws_endpoint": "\(.*\)".*/\1/p' .local/deployed.json 2>/dev/null || true); \
	  [ -n "$$endpoint" ] || { echo "no local stack is running: make run"; exit 1; }; \
	  export AWS_ENDPOINT_URL=$$endpoint AWS_REGION=eu-central-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test; \
	fi; \
	NODE_NO_WARNINGS=1 node infra/bin/operate.mjs --stage $(STAGE) $(ARGS)
