# Everything a person does with Mandate. Each target installs what it misses; nothing else needs to be done first.

SWIFT_FLAGS := -c release --static-swift-stdlib
BINARY := .build/release/mandate

.PHONY: build demo test unit service model overload faults races crash sanitize bench bench-engines scale check format run tools test-tools clean

## build: the program, as .build/release/mandate
build: tools
	swift build $(SWIFT_FLAGS) --product mandate

## demo: what Mandate does, in one minute, with real requests: one agent, then a whole delegated task
demo: build
	MANDATE_BIN=$(CURDIR)/$(BINARY) examples/quickstart/demo.sh
	MANDATE_BIN=$(CURDIR)/$(BINARY) examples/infrastructure-review/review.py

## test: everything that is tested
test: build unit service

# The parts, in the debug build.
unit: test-tools
	scripts/unit.sh

# The running program, from outside, with clients and verifiers that nobody here wrote.
service: build test-tools
	MANDATE_BIN=$(CURDIR)/$(BINARY) Tests/Service/run.sh

## model: a million random chains judged by the service and by a small model; they must agree
model: build test-tools
	MANDATE_BIN=$(CURDIR)/$(BINARY) Tests/Service/run.sh --version > /dev/null
	cd Tests/Service && MANDATE_BIN=$(CURDIR)/$(BINARY) ../../.build-venv/bin/python model_run.py 1000000

## overload: five times what it can do, with many connections and with long pipelines, a minute each; then ten thousand
## idle connections, slow senders and readers
overload: build test-tools
	MANDATE_OVERLOAD=120 MANDATE_BIN=$(CURDIR)/$(BINARY) Tests/Service/run.sh -s test_overload.py

## faults: every operation of the store with every fault of the disk at every call; `make test` takes four of nine faults
faults: test-tools
	MANDATE_FAULTS=all swift test --filter 'EveryCallTests|OpeningFaultTests'

## races: two hundred suspensions while 5,000 requests are in flight each time; `make test` takes 80
races: build test-tools
	MANDATE_RACES=200 MANDATE_BIN=$(CURDIR)/$(BINARY) Tests/Service/run.sh -s test_suspension_race.py

## crash: a thousand times kill -9 under load over a million records; the outcome is docs/crash.md
crash: build test-tools
	MANDATE_BIN=$(CURDIR)/$(BINARY) Tests/Service/run.sh --version > /dev/null
	cd Tests/Service && MANDATE_BIN=$(CURDIR)/$(BINARY) ../../.build-venv/bin/python crash_run.py --report ../../docs/crash.md

## sanitize: the Swift tests under ThreadSanitizer and AddressSanitizer
sanitize: test-tools
	scripts/sanitize.sh thread
	scripts/sanitize.sh address

## bench: the figures of docs/performance.md, measured on this machine
bench: build test-tools
	Benchmarks/bench.py --bin $(CURDIR)/$(BINARY)

## bench-engines: tokens that a policy engine is asked about, and all others while it is dead
bench-engines: build test-tools
	Benchmarks/engines.py --bin $(CURDIR)/$(BINARY)

## bench-policies: what judging by policies costs, alone and in a server
bench-policies: build test-tools
	Benchmarks/judging.sh
	Benchmarks/policies.py --bin $(CURDIR)/$(BINARY)

## scale: tokens a second with a million agents and ten million records, against an empty installation
scale: build test-tools
	Benchmarks/scale.py --bin $(CURDIR)/$(BINARY)

## check: what the style guide can be checked for
check:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

## run: a service in ./data, made when it is not there
run: build
	mkdir -p data && cd data && { test -f mandate.yaml || $(CURDIR)/$(BINARY) init; } && $(CURDIR)/$(BINARY) serve

# OpenSSL and SQLite are the system's; the demo and the tests use curl, jq, openssl and Python.
tools:
	@sh scripts/tools.sh

test-tools:
	@sh scripts/tools.sh tests

clean:
	swift package clean
