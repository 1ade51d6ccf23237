#!/usr/bin/env bash
# A first look at Mandate, from an empty directory to a verified ledger, in under a minute.
# Needs curl, jq and the program: MANDATE_BIN=.build/release/mandate examples/quickstart/demo.sh
# It works in a throw-away directory, talks to this machine only, and stops what it started.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${MANDATE_BIN:?set MANDATE_BIN to the mandate program}
mandate=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")
for tool in curl jq; do command -v "$tool" > /dev/null || { echo "needs $tool" >&2; exit 2; }; done

data=$(mktemp -d)
server=
finish() {
    status=$?
    if [ -n "$server" ]; then kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; fi
    if [ "$status" -ne 0 ] && [ -s "$data/serve.log" ]; then echo; echo "The server said:"; tail -20 "$data/serve.log"; fi
    rm -rf "$data"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s\n' "$*"; }
exec 3>&1
run() { printf '$ mandate %s\n' "$*" >&3; "$mandate" "$@"; }
must() { # must WHAT EXPECTED FOUND
    if [ "$2" != "$3" ]; then echo "NOT AS SAID: $1 should be '$2' but is '$3'" >&2; exit 1; fi
}
free_port() { # nothing listens where a connection is refused
    local port
    while port=$((20000 + RANDOM % 20000)); do
        (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || { echo "$port"; return; }
    done
}

agent=agent-inventory-prod-001
port=$(free_port)
url=http://127.0.0.1:$port
export MANDATE_LISTEN=127.0.0.1:$port
cd "$data"

say "A configuration, a database and a first signing key, in an empty directory"
run init --issuer "$url"

say "The registry: which services there are, which agents, and what each may do at most"
run apply -f "$here/registry.yaml"

say "A client secret for one agent. It is shown once and only its hash is kept"
secret=$("$mandate" agent secret "$agent" --json | jq -r .client_secret)
must "the secret's prefix" mnd_ "${secret:0:4}"
echo "$agent has a secret of ${#secret} characters"

say "The service"
"$mandate" serve > serve.log 2>&1 &
server=$!
for _ in $(seq 200); do
    curl -fs -o /dev/null "$url/readyz" && break
    kill -0 "$server" 2> /dev/null || exit 1
    sleep 0.05
done
must "GET /readyz" 200 "$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")"
cat serve.log

ask() { # ask SCOPE: prints the answer, then its status on a line of its own
    curl -s -w '\n%{http_code}\n' "$url/oauth/token" --user "$agent:$secret" \
        -d grant_type=client_credentials -d audience=cloud-inventory-api --data-urlencode "scope=$1" \
        -d task_id=infra-review-q1-2026
}

say "The agent asks for a token for one action, with plain curl"
answer=$(ask ec2:DescribeInstances)
must "the status" 200 "$(tail -1 <<< "$answer")"
head -1 <<< "$answer" | jq '.access_token |= .[:20] + "…"'
token=$(head -1 <<< "$answer" | jq -r .access_token)
must "the scope" ec2:DescribeInstances "$(head -1 <<< "$answer" | jq -r .scope)"

say "What is in it: who, what for, on whose authority, until when"
run token inspect --jwks "$url/.well-known/jwks.json" <<< "$token" | tee inspected
must "the accountable person" alice@company.com "$(grep -o -m1 alice@company.com inspected)"

say "A resource server checks it with nothing but the public keys"
run verify --jwks "$url/.well-known/jwks.json" <<< "$token" | tee verdict
must "the verdict" "ok $agent" "$(cut -d ' ' -f 1,2 verdict)"
must "the verdict on a changed token" refused \
    "$({ "$mandate" verify --jwks "$url/.well-known/jwks.json" <<< "${token%????}AAAA" || true; } | cut -d ' ' -f 1)"

say "The agent asks for more than it holds. It is refused, not narrowed in silence"
answer=$(ask ec2:TerminateInstances)
must "the status" 400 "$(tail -1 <<< "$answer")"
head -1 <<< "$answer" | jq .
must "the reason" exceeds_capability "$(head -1 <<< "$answer" | jq -r .reason)"

say "Both are in the ledger, with the rule that decided"
"$mandate" ledger tail --json -n 20 > tail.jsonl
jq -c 'select(.event | startswith("token.")) | {seq, event, agent_id, principal, task_id, requested, decision, rule, reason}' \
    tail.jsonl
must "the decisions" "token.issued ALLOW, token.refused DENY" \
    "$(jq -r 'select(.event | startswith("token.")) | "\(.event) \(.decision)"' tail.jsonl | paste -sd , | sed 's/,/, /g')"

say "And nobody edited, removed or reordered anything since"
run ledger verify

say "The operator suspends the agent; the next request is refused"
run agent suspend "$agent" --reason "end of the demo"
answer=$(ask ec2:DescribeInstances)
must "the status" 401 "$(tail -1 <<< "$answer")"
head -1 <<< "$answer" | jq .

say "The service stops when it is told to"
kill "$server"
status=0
wait "$server" || status=$?
server=
must "its exit status" 0 "$status"
echo "done"
