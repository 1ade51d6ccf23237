#!/bin/sh
# Installs what the build and the demo need and this machine has not got (Debian and its kin); `tools.sh tests` also what
# only the tests need.
set -eu

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
header() { test -e "/usr/include/$1" || missing="$missing $2"; }

need swift swift
case "$missing" in
    *swift*) echo "A Swift 6.3 toolchain is needed: https://www.swift.org/install/linux" >&2; exit 1 ;;
esac
test -e /usr/share/zoneinfo/America/New_York || missing="$missing tzdata"
header openssl/evp.h libssl-dev
header sqlite3.h libsqlite3-dev
need pkg-config pkg-config
need curl curl
need jq jq
need openssl openssl
need cc gcc
need python3 python3
if command -v python3 >/dev/null 2>&1 && ! python3 -c 'import ensurepip' 2>/dev/null; then missing="$missing python3-venv"; fi
if [ "${1:-}" = tests ]; then
    need taskset util-linux
    need promtool prometheus
    test -x /usr/sbin/rsyslogd || missing="$missing rsyslog"
    ls /usr/lib/*/rsyslog/lmnsd_ossl.so >/dev/null 2>&1 || missing="$missing rsyslog-openssl"
fi

[ -n "$missing" ] || exit 0
echo "installing:$missing"
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the names are words
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
