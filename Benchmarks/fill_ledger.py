"""Fills the ledger of a stopped installation for measurements: records as issued tokens leave them, each naming the one before.

Example: Benchmarks/fill_ledger.py data/mandate.db --records 1000000

Only for measurements: nobody asked for these tokens. The server makes the tree over them when it opens the database next.
"""

import argparse
import datetime
import hashlib
import json
import os
import sqlite3
import time

BATCH = 20_000


def fill_ledger(database, count):
    """Appends `count` records like that of the last token that was issued; there must be one. Gives the seconds it took."""
    begin = time.monotonic()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF")
    sequence, last = connection.execute("SELECT seq, record FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
    sample, = connection.execute(
        "SELECT record FROM ledger WHERE record LIKE '%\"event\":\"token.issued\"%' ORDER BY seq DESC LIMIT 1").fetchone()
    latest, = connection.execute("SELECT latest_at FROM state").fetchone()
    now = max(latest, int(time.time() * 1000))
    pieces = template(json.loads(sample), now)
    hashed, number = leaf(last), f"{now:012x}"
    for start in range(0, count, BATCH):
        rows, chance = [], os.urandom(20 * BATCH).hex()
        for index in range(start, min(start + BATCH, count)):
            sequence += 1
            own = chance[(index - start) * 40:][:38]
            record = pieces % (uuid(number, own[:19]), hashed, uuid(number, own[19:]), sequence)
            hashed = leaf(record)
            rows.append((sequence, record))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO ledger (seq, record) VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    connection.execute("UPDATE state SET latest_at = ?", (now,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return time.monotonic() - begin


def template(record, now):
    """The record in canonical form (RFC 8785; its names are ASCII) with four gaps: `jti`, `prev`, `request_id`, `seq`."""
    def moment(milliseconds):
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03}Z"

    gaps = {"jti": "\x00", "prev": "\x00", "request_id": "\x00", "seq": 0}
    record = record | {"at": moment(now), "exp": moment(now // 1000 * 1000 + 900_000)} | gaps
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).replace("%", "%%")
    text = text.replace('"\\u0000"', '"%s"').replace('"seq":0', '"seq":%d')
    assert text.count('"%s"') == 3 and text.count('"seq":%d') == 1, text
    return text


def uuid(time, random):
    """A version 7 UUID of 12 digits of time and 19 of chance (RFC 9562)."""
    return f"{time[:8]}-{time[8:]}-7{random[:3]}-8{random[3:6]}-{random[6:18]}"


def leaf(record):
    return "sha256:" + hashlib.sha256(b"\x00" + record.encode()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    parser.add_argument("--records", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{options.records} records in {fill_ledger(options.database, options.records):.0f} s")


if __name__ == "__main__":
    main()
