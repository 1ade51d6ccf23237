#!/bin/sh
# Measures what judging a request by policies costs: the core alone, optimized, without a server. Exits 1 when it misses.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .build-bench
find Sources/MandateCore -name '*.swift' > .build-bench/judging.files
swiftc -O -whole-module-optimization -parse-as-library -swift-version 6 -enable-upcoming-feature ExistentialAny \
  -module-name MandateCore -o .build-bench/judging @.build-bench/judging.files Benchmarks/judging.swift
exec .build-bench/judging
