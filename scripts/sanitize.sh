#!/usr/bin/env bash
# Runs the Swift tests under a sanitizer: scripts/sanitize.sh thread|address [arguments of swift test]
# One test at a time, because each is ten times as slow; those that measure time are left out, because it says nothing here.
#
# It builds a copy of the tree. Waiting for a `Mutex` of the standard library ends in the kernel (FUTEX_LOCK_PI), where
# ThreadSanitizer does not see that the lock was handed over, and calls every access behind it a race. So under it each
# module has a `Mutex` of the same name on a pthread mutex: Tests/Sanitizer/Mutex.swift.
set -euo pipefail
kind=${1:?thread or address}
shift
case $kind in
    thread) tree=.build-tsan ;;
    address) tree=.build-asan ;;
    *) echo "usage: scripts/sanitize.sh thread|address" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
mkdir -p "$tree"
rm -rf "$tree/Sources" "$tree/Tests"
cp -Rp Package.swift Sources Tests docs examples README.md "$tree/"
[ -z "${MANDATE_VECTORS:-}" ] && [ -d ../shared/vectors ] && export MANDATE_VECTORS="$PWD/../shared/vectors"
# What was fetched for the ordinary build need not be fetched again.
if [ ! -d "$tree/.build" ] && [ -d .build/repositories ]; then
    mkdir "$tree/.build"
    cp -R .build/checkouts .build/repositories .build/workspace-state.json "$tree/.build/"
fi
cd "$tree"
if [ "$kind" = thread ]; then
    for module in Sources/* Tests/*; do
        if grep -rqs "^import Synchronization" --include='*.swift' "$module"; then
            cp Tests/Sanitizer/Mutex.swift "$module/"
        fi
    done
fi
swift build --build-tests --sanitize="$kind"
measured='DelegationCutTests/fast|ArchiveTests/meanwhile|ArchitectureTests'
TSAN_OPTIONS="halt_on_error=0 exitcode=66" \
ASAN_OPTIONS="detect_leaks=0 halt_on_error=1" \
    swift test --skip-build --no-parallel --sanitize="$kind" --skip "$measured" "$@"
