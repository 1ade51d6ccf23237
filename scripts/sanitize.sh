#!/bin/sh
# Runs the Swift tests under a sanitizer: scripts/sanitize.sh thread|address [arguments of swift test]
# Builds in a folder of its own, because nothing can be shared with an ordinary build. Reports of code that is not ours and
# is known to be right are named in scripts/tsan.supp, each with its reason.
set -eu
kind=$1
shift
case $kind in
    thread) scratch=.build-tsan ;;
    address) scratch=.build-asan ;;
    *) echo "usage: scripts/sanitize.sh thread|address" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
# What was fetched for the ordinary build need not be fetched again.
if [ ! -d "$scratch" ] && [ -d .build/repositories ]; then
    mkdir "$scratch"
    cp -R .build/checkouts .build/repositories .build/workspace-state.json "$scratch/"
fi
swift build --build-tests --sanitize="$kind" --scratch-path "$scratch"
TSAN_OPTIONS="suppressions=$PWD/scripts/tsan.supp halt_on_error=0 exitcode=66" \
ASAN_OPTIONS="detect_leaks=0 halt_on_error=1" \
    swift test --skip-build --sanitize="$kind" --scratch-path "$scratch" "$@"
