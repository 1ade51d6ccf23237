"""Fills the database of a stopped installation for measurements: agents as registrations would leave them.

Example: Benchmarks/fill.py data/mandate.db --agents 1000000

Only for measurements: it writes the tables directly, and no record of it is in the ledger. `fill_agents` can be imported.
"""

import argparse
import base64
import hashlib
import json
import os
import sqlite3
import time

OWNERS, TEAMS = 1000, 20
BATCH = 20_000


def fill_agents(database, count, type=None, created_days_ago=90, secret=None):
    """Registers `count` agents `filled-0000000`… like the first agent there is, and gives each the secret when one is given.

    Owners and teams go round, one in a hundred is suspended, every second one was used today. Gives the seconds it took.
    """
    begin = time.monotonic()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000")
    agent_type, definition, document = connection.execute(
        """
        SELECT agent.type, agent.definition, link.document FROM agent JOIN link ON link.number = agent.link
        WHERE agent.status = 'active' AND (?1 IS NULL OR agent.type = ?1) ORDER BY agent.number LIMIT 1
        """, (type,)).fetchone()
    template = json.loads(document)
    first_agent, = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM agent").fetchone()
    first_link, = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM link").fetchone()
    now = int(time.time() * 1000)
    created = now - created_days_ago * 86_400_000
    hashed = hashlib.sha256(secret.encode()).digest() if secret else None
    for start in range(0, count, BATCH):
        links, agents, uses, secrets = [], [], [], []
        for index in range(start, min(start + BATCH, count)):
            name, owner = f"filled-{index:07}", f"owner-{index % OWNERS}@example.com"
            link = link_document(template, name, owner)
            links.append((first_link + index, link_hash(link), name, link, owner))
            status = "suspended" if index % 100 == 99 else "active"
            agents.append((first_agent + index, name, agent_type, owner, f"team-{index % TEAMS}", status, created,
                           definition, first_link + index, 1 if hashed else 0))
            used = now // 60_000 * 60_000 if index % 2 else None
            hour = (used or created) // 3_600_000 if status == "active" else None
            uses.append((first_agent + index, used, hour))
            if hashed:
                secrets.append((first_agent + index, 1, hashed, created))
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO link (number, hash, delegate, document, principal) VALUES (?, ?, ?, ?, ?)", links)
        connection.executemany(
            """
            INSERT INTO agent (number, id, type, owner, team, status, created_at, definition, link, secrets_issued)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, agents)
        connection.executemany("INSERT INTO agent_use (agent, last_active_at, idle_hour) VALUES (?, ?, ?)", uses)
        connection.executemany("INSERT INTO secret (agent, number, hash, created_at) VALUES (?, ?, ?, ?)", secrets)
        connection.execute("COMMIT")
    connection.execute("UPDATE state SET epoch = epoch + 1")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return time.monotonic() - begin


def link_document(template, agent, owner):
    """The link that a registration makes, in canonical form (RFC 8785; all its names are ASCII)."""
    chain = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
    link = template | {"chain": chain, "delegate": agent, "delegator": owner, "principal": {"owner": owner}}
    return json.dumps(link, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_hash(document):
    return hashlib.sha256(b"mandate-link-v1\0" + document.encode()).digest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    parser.add_argument("--agents", type=int, default=1_000_000)
    parser.add_argument("--secret", help="one client secret for all of them")
    options = parser.parse_args()
    seconds = fill_agents(options.database, options.agents, secret=options.secret)
    print(f"{options.agents} agents in {seconds:.0f} s")


if __name__ == "__main__":
    main()
