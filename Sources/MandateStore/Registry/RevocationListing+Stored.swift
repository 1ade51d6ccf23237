import MandateCore

extension Store {
    /// What is revoked and not yet expired, as resource servers are told. Walks; not for event loops.
    public func revocationListing(at now: Instant) throws(Refusal) -> RevocationListing {
        do throws(StoreError) {
            let connection = try Connection(path: path, access: .reading)
            try connection.execute("BEGIN")
            return try RevocationListing(connection, at: now)
        } catch {
            report("\(error)")
            throw .unavailable(.registry)
        }
    }
}

extension RevocationListing {
    fileprivate init(_ connection: Connection, at now: Instant) throws(StoreError) {
        let mark = try connection.first("SELECT epoch, revocations FROM state") { row in
            Mark(epoch: Epoch(row.integer(0)), revocations: row.integer(1))
        }
        guard let mark else { throw .unreadable("state") }
        self.init(mark: mark)
        let seconds = SQLValue.integer(now.seconds)
        // Nothing that was made before this is still alive.
        let oldest = SQLValue.integer(now.advanced(bySeconds: -Lifetimes.delegationToken).milliseconds)
        tokens = try connection.all(
            "SELECT token FROM revocation WHERE token IS NOT NULL AND expires_at > ? ORDER BY number", seconds
        ) { row in row.text(0) }
        tasks = try connection.all(
            "SELECT task FROM revocation WHERE task IS NOT NULL AND expires_at > ? ORDER BY number", seconds
        ) { row throws(StoreError) in try identifier(row.text(0), "revocation.task") }
        agents = try connection.all(
            "SELECT id, not_before FROM agent WHERE not_before > 0 AND not_before > ? ORDER BY id", oldest
        ) { row throws(StoreError) in
            (try identifier(row.text(0), "agent.id"), Instant(milliseconds: row.integer(1)))
        }
        types = try connection.all(
            "SELECT id, not_before FROM agent_type WHERE not_before > ? ORDER BY id", oldest
        ) { row throws(StoreError) in
            (try identifier(row.text(0), "agent_type.id"), Instant(milliseconds: row.integer(1)))
        }
        principals = try connection.all("SELECT id FROM revoked_principal ORDER BY id") { row throws(StoreError) in
            try identifier(row.text(0), "revoked_principal.id")
        }
        // For ever: whoever holds a leaked key signs new tokens, and verifiers keep keys for long.
        keys = try connection.all("SELECT id FROM signing_key WHERE state = 'revoked' ORDER BY id") {
            row throws(StoreError) in try identifier(row.text(0), "signing_key.id")
        }
        signingKey = try connection.first(
            "SELECT id FROM signing_key WHERE state = 'active' AND algorithm = 'ES256'"
        ) { row throws(StoreError) in try identifier(row.text(0), "signing_key.id") }
        chains = try connection.all(Self.dead, seconds, oldest) { row throws(StoreError) in
            guard let hash = ChainHash(bytes: row.blob(0)) else { throw .unreadable("link.hash") }
            return hash
        }
    }

    /// Every link that is dead before its time: itself, by its task, its principal or an agent it passed through, and all
    /// below it. `?1` is now, `?2` the time before which nothing alive was made. A link's birth is in the first twelve
    /// digits of its `jti` (RFC 9562 §5.7).
    private static let dead = """
        WITH RECURSIVE
        live (number, parent, delegate, task, born) AS (
            SELECT number, parent, delegate, task, substr(token, 1, 8) || substr(token, 10, 4) FROM link
            WHERE token >= substr(printf('%012x', ?2), 1, 8) AND expires_at > ?1
        ),
        dead (number) AS (
            SELECT link FROM revocation WHERE link IS NOT NULL AND (expires_at IS NULL OR expires_at > ?1)
            UNION SELECT number FROM live WHERE task IN (SELECT task FROM revocation WHERE task IS NOT NULL)
            UNION SELECT live.number FROM live JOIN agent ON agent.id = live.delegate
                JOIN agent_type ON agent_type.id = agent.type
                WHERE live.born <= printf('%012x', max(agent.not_before, agent_type.not_before))
            UNION SELECT live.number FROM live JOIN link AS above ON above.number = live.parent
                JOIN agent ON agent.id = above.delegate JOIN agent_type ON agent_type.id = agent.type
                WHERE above.token IS NULL
                AND live.born <= printf('%012x', max(agent.not_before, agent_type.not_before))
            UNION SELECT link.number FROM link JOIN revoked_principal ON revoked_principal.id = link.principal
                WHERE link.parent IS NULL
            UNION SELECT live.number FROM live JOIN link ON link.number = live.number
                WHERE live.parent IS NULL AND json_extract(link.document, '$.principal.iss') IS NOT NULL
                AND json_extract(link.document, '$.principal.iss') NOT IN (SELECT issuer FROM trusted_issuer)
            UNION SELECT live.number FROM live JOIN dead ON live.parent = dead.number
        )
        SELECT link.hash FROM link JOIN dead ON dead.number = link.number
        WHERE link.expires_at IS NULL OR link.expires_at > ?1 ORDER BY link.number
        """
}
