/// The schema, as the steps that lead to it. Each step is one transaction; `user_version` counts them.
enum Schema {
    /// "Mndt": what marks the file as ours (`PRAGMA application_id`).
    static let applicationID: Int64 = 0x4D6E_6474

    /// The version from which on there are checkpoints and archives.
    static let checkpointed: Int64 = 3

    /// The newest version this program knows.
    static var version: Int64 { Int64(steps.count) }

    /// The version of a database, or why this program cannot use it.
    static func version(of connection: Connection) throws(StoreError) -> Int64 {
        let found = try connection.first("PRAGMA user_version") { row in row.integer(0) } ?? 0
        guard found <= version else {
            throw StoreError(
                code: 0,
                message: "the database has schema \(found), this program knows \(version): use a newer mandate")
        }
        return found
    }

    /// Brings a database to `wanted`, or says why not.
    static func migrate(_ connection: Connection, to wanted: Int64 = version) throws(StoreError) {
        let found = try version(of: connection)
        for number in Int(found)..<max(Int(found), Int(wanted)) {
            try connection.execute("BEGIN IMMEDIATE;\n\(steps[number])\nPRAGMA user_version=\(number + 1);\nCOMMIT")
        }
    }

    private static let steps = [
        """
        PRAGMA application_id=\(applicationID);

        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL,
            issuer TEXT NOT NULL,
            policy TEXT NOT NULL,
            probes INTEGER NOT NULL,
            latest_at INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE agent_type (
            id TEXT PRIMARY KEY,
            status TEXT NOT NULL,
            capabilities TEXT,
            delegation TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audience (
            id TEXT PRIMARY KEY,
            status TEXT NOT NULL,
            resource TEXT UNIQUE,
            definition TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE agent (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL REFERENCES agent_type (id),
            owner TEXT NOT NULL,
            team TEXT,
            status TEXT NOT NULL,
            expires_at INTEGER,
            created_at INTEGER NOT NULL,
            definition TEXT NOT NULL,
            link INTEGER REFERENCES link (number),
            secrets_issued INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX agent_by_type ON agent (type, id);
        CREATE INDEX agent_by_owner ON agent (owner, id);

        CREATE TABLE secret (
            agent INTEGER NOT NULL REFERENCES agent (number),
            number INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            created_at INTEGER NOT NULL,
            PRIMARY KEY (agent, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE link (
            number INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            parent INTEGER REFERENCES link (number),
            delegate TEXT NOT NULL,
            expires_at INTEGER,
            document TEXT NOT NULL
        ) STRICT;
        CREATE INDEX link_by_delegate ON link (delegate);

        CREATE TABLE signing_key (
            id TEXT PRIMARY KEY,
            algorithm TEXT NOT NULL,
            state TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            activated_at INTEGER,
            retired_at INTEGER,
            public_key TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger (
            seq INTEGER PRIMARY KEY,
            record TEXT NOT NULL
        ) STRICT;

        -- How many tokens under a link expire in one second: what a suspension cuts can be counted without an index on
        -- every token. Ordered by time, so that it grows and is pruned at its ends.
        CREATE TABLE live_token (
            expires_at INTEGER NOT NULL,
            link INTEGER NOT NULL REFERENCES link (number),
            tokens INTEGER NOT NULL,
            PRIMARY KEY (expires_at, link)
        ) STRICT, WITHOUT ROWID;

        -- When a token was last issued under a link, to the minute.
        CREATE TABLE activity (
            link INTEGER PRIMARY KEY REFERENCES link (number),
            at INTEGER NOT NULL
        ) STRICT;
        """,
        """
        -- A link is found by what it depends on: what is above it, whose it is, which task and which principal.
        ALTER TABLE link ADD COLUMN principal TEXT NOT NULL DEFAULT '';
        ALTER TABLE link ADD COLUMN task TEXT;
        -- `jti` of the token the link was made with; time-ordered.
        ALTER TABLE link ADD COLUMN token TEXT;
        UPDATE link SET principal = json_extract(document, '$.delegator');
        -- With the expiry (whole seconds), so that what is long dead is passed over in the index.
        DROP INDEX link_by_delegate;
        CREATE INDEX link_by_delegate ON link (delegate, expires_at);
        CREATE INDEX link_by_parent ON link (parent, expires_at) WHERE parent IS NOT NULL;
        CREATE INDEX link_by_principal ON link (principal, expires_at) WHERE parent IS NULL;
        CREATE INDEX link_by_task ON link (task, expires_at) WHERE task IS NOT NULL;
        CREATE INDEX link_by_token ON link (token) WHERE token IS NOT NULL;

        -- Authority that passed through an agent up to this moment (milliseconds) is dead.
        ALTER TABLE agent ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE agent_type ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX agent_by_mark ON agent (not_before) WHERE not_before > 0;

        -- What was revoked before it expired, in the order it was revoked: a link and so all below it, a token, or all of
        -- a task. `state.revocations` is the highest number ever used. Rows go when what they revoke has expired.
        ALTER TABLE state ADD COLUMN revocations INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE revocation (
            number INTEGER PRIMARY KEY,
            link INTEGER REFERENCES link (number),
            token TEXT,
            task TEXT,
            revoked_at INTEGER NOT NULL,
            expires_at INTEGER,
            CHECK ((link IS NOT NULL) + (token IS NOT NULL) + (task IS NOT NULL) = 1)
        ) STRICT;
        CREATE INDEX revocation_by_expiry ON revocation (expires_at);
        CREATE INDEX revocation_by_link ON revocation (link) WHERE link IS NOT NULL;
        CREATE INDEX revocation_by_token ON revocation (token) WHERE token IS NOT NULL;

        CREATE INDEX live_token_by_link ON live_token (link);

        CREATE TABLE task (
            id TEXT PRIMARY KEY,
            principal TEXT,
            purpose TEXT,
            status TEXT NOT NULL,
            deadline INTEGER,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            ended_at INTEGER,
            ended_by TEXT,
            holder TEXT,
            is_reserved INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;

        -- Principals that may start nothing, and whose chains are dead.
        CREATE TABLE revoked_principal (
            id TEXT PRIMARY KEY,
            revoked_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Tokens that are good once and were used.
        CREATE TABLE used_token (
            issuer TEXT NOT NULL,
            id TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (issuer, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX used_token_by_expiry ON used_token (expires_at);

        -- Answers to requests with an Idempotency-Key: the claims that were issued, to be signed again.
        CREATE TABLE retry (
            client TEXT NOT NULL,
            key TEXT NOT NULL,
            body BLOB NOT NULL CHECK (length(body) = 32),
            at INTEGER NOT NULL,
            claims BLOB NOT NULL,
            PRIMARY KEY (client, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX retry_by_time ON retry (at);

        CREATE TABLE trusted_issuer (
            issuer TEXT PRIMARY KEY,
            definition TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        -- The Merkle tree over the ledger (RFC 6962) in full tiles of 256 hashes. Level 0 holds the leaf hashes of records,
        -- level n the roots of full tiles of level n-1; tile k holds the hashes 256k to 256k+255 of its level.
        CREATE TABLE tree_tile (
            level INTEGER NOT NULL,
            number INTEGER NOT NULL,
            hashes BLOB NOT NULL CHECK (length(hashes) = 8192)
        ) STRICT;
        CREATE UNIQUE INDEX tree_tile_by_place ON tree_tile (level, number);

        -- Signed tree heads (C2SP tlog-checkpoint), whole as they are published.
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            note TEXT NOT NULL
        ) STRICT;
        -- The verifier key of the notes; null until there is one.
        ALTER TABLE state ADD COLUMN checkpoint_key TEXT;
        -- Records up to this number are in archives and no longer here.
        ALTER TABLE state ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
        -- What cursors of lists are sealed with.
        ALTER TABLE state ADD COLUMN cursor_key BLOB;
        UPDATE state SET cursor_key = randomblob(32);

        -- How far those that read along have come: detections, deliveries.
        CREATE TABLE consumer (
            name TEXT PRIMARY KEY,
            seq INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE agent ADD COLUMN attestation TEXT;
        -- When, by whom and why the agent got its status.
        ALTER TABLE agent ADD COLUMN status_note TEXT;
        ALTER TABLE secret ADD COLUMN last_used_at INTEGER;
        -- When an agent last proved itself, to the minute. Of active agents also the hour since which they have been idle:
        -- coarse, so that the index changes once an hour at most.
        CREATE TABLE agent_use (
            agent INTEGER PRIMARY KEY REFERENCES agent (number),
            last_active_at INTEGER,
            idle_hour INTEGER
        ) STRICT;
        INSERT INTO agent_use (agent, last_active_at)
        SELECT number, (
            SELECT max(activity.at) FROM activity JOIN link ON link.number = activity.link
            WHERE link.delegate = agent.id
        ) FROM agent;
        UPDATE agent_use SET idle_hour = (
            SELECT coalesce(agent_use.last_active_at, agent.created_at) / 3600000 FROM agent
            WHERE agent.number = agent_use.agent AND agent.status = 'active'
        );
        CREATE INDEX agent_use_by_idleness ON agent_use (idle_hour) WHERE idle_hour IS NOT NULL;
        DROP TABLE activity;
        CREATE INDEX agent_by_team ON agent (team, id) WHERE team IS NOT NULL;
        CREATE INDEX agent_by_status ON agent (status, id);
        """,
        policies,
    ]
}
