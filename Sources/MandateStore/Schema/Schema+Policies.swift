extension Schema {
    /// The step that brings policies, their rates, quotas and approvals.
    static let policies =
        """
        -- Every version of the policies, whole; the newest is in force, and `state.policy` is its digest.
        CREATE TABLE policy_set (
            version INTEGER PRIMARY KEY,
            digest TEXT NOT NULL,
            at INTEGER NOT NULL,
            by TEXT NOT NULL,
            policies TEXT NOT NULL
        ) STRICT;

        -- How many tokens count towards a policy's rate, by the step of time in which they stop counting (milliseconds).
        -- Ordered by time, so that it grows and is pruned at its ends.
        CREATE TABLE rate (
            expires_at INTEGER NOT NULL,
            counter TEXT NOT NULL,
            tokens INTEGER NOT NULL,
            PRIMARY KEY (expires_at, counter)
        ) STRICT, WITHOUT ROWID;

        -- What is remembered of an agent's tokens: its habits, at most a minute old.
        CREATE TABLE baseline (
            agent TEXT PRIMARY KEY,
            profile TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE agent_type ADD COLUMN quotas TEXT;
        -- When an agent's quota at an audience will be whole again (milliseconds). No row: it is.
        CREATE TABLE quota (
            agent TEXT NOT NULL,
            audience TEXT NOT NULL,
            whole_at INTEGER NOT NULL,
            PRIMARY KEY (agent, audience)
        ) STRICT, WITHOUT ROWID;

        -- Requests that wait for a person, or waited. `request` is the SHA-256 of all that an approval is bound to, `held`
        -- the request without any credential, `claims` what was issued, to be signed again.
        CREATE TABLE approval (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            status TEXT NOT NULL,
            client TEXT NOT NULL,
            request BLOB NOT NULL CHECK (length(request) = 32),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            held TEXT NOT NULL,
            decision TEXT,
            used_at INTEGER,
            claims BLOB
        ) STRICT;
        CREATE INDEX approval_by_request ON approval (request);
        CREATE INDEX approval_by_status ON approval (status, number);
        CREATE INDEX approval_by_client ON approval (client, number);
        CREATE INDEX approval_waiting ON approval (client) WHERE status = 'pending';
        CREATE INDEX approval_by_end ON approval (expires_at) WHERE status IN ('pending', 'approved');
        """
}
