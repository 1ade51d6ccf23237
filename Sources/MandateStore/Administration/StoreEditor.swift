import MandateCore

/// The changes operators make, inside one transaction of the writer.
final class StoreEditor: StoreReader, RegistryEditor {
    let writer: WriterConnection
    private let links: LinkMaker

    init(_ writer: WriterConnection, links: LinkMaker, at now: Instant) {
        self.writer = writer
        self.links = links
        super.init(writer.connection, digests: writer.digests, at: now)
    }

    /// An agent that changes its type takes along what is dead because of the old one.
    func save(_ agent: Agent) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO agent (id, type, owner, team, status, expires_at, created_at, definition)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET type = excluded.type, owner = excluded.owner, team = excluded.team,
                    status = excluded.status, expires_at = excluded.expires_at, definition = excluded.definition,
                    not_before = max(agent.not_before, CASE WHEN agent.type != excluded.type
                        THEN (SELECT not_before FROM agent_type WHERE id = agent.type) ELSE 0 END)
                """,
                .text(agent.id.rawValue), .text(agent.type.rawValue), .text(agent.owner.rawValue),
                SQLValue(agent.team?.rawValue), .text(agent.status.rawValue), SQLValue(agent.expiresAt?.milliseconds),
                .integer(now.milliseconds), agent.definition.column)
            try connection.run(
                """
                INSERT INTO agent_use (agent, idle_hour)
                SELECT number, CASE status WHEN 'active' THEN created_at / 3600000 END FROM agent WHERE id = ?
                ON CONFLICT (agent) DO UPDATE SET idle_hour = CASE WHEN excluded.idle_hour IS NOT NULL
                    THEN coalesce(last_active_at / 3600000, excluded.idle_hour) END
                """, .text(agent.id.rawValue))
        }
    }

    func save(_ note: StatusNote, of agent: AgentID) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                "UPDATE agent SET status_note = ? WHERE id = ?", note.json.column, .text(agent.rawValue))
        }
    }

    func save(_ attestation: Attestation, of agent: AgentID) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                "UPDATE agent SET attestation = ? WHERE id = ?", attestation.json.column, .text(agent.rawValue))
        }
    }

    func save(_ type: AgentType) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO agent_type (id, status, capabilities, delegation, quotas) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET status = excluded.status, capabilities = excluded.capabilities,
                    delegation = excluded.delegation, quotas = excluded.quotas
                """,
                .text(type.id.rawValue), .text(type.status.rawValue), type.capabilities?.json.column ?? .null,
                type.delegation?.stored.column ?? .null, type.quotas?.json.column ?? .null)
        }
    }

    func save(_ audience: Audience) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO audience (id, status, resource, definition) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET status = excluded.status, resource = excluded.resource,
                    definition = excluded.definition
                """,
                .text(audience.id.rawValue), .text(audience.status.rawValue), SQLValue(audience.resource?.rawValue),
                audience.definition.column)
        }
    }

    func remove(_ type: AgentTypeID) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run("DELETE FROM agent_type WHERE id = ?", .text(type.rawValue))
        }
    }

    func remove(_ audience: AudienceID) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run("DELETE FROM audience WHERE id = ?", .text(audience.rawValue))
        }
    }

    func save(_ issuer: TrustedIssuer) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO trusted_issuer (issuer, definition) VALUES (?, ?)
                ON CONFLICT (issuer) DO UPDATE SET definition = excluded.definition
                """, .text(issuer.issuer.rawValue), issuer.definition.column)
        }
    }

    func remove(issuer: Label) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run("DELETE FROM trusted_issuer WHERE issuer = ?", .text(issuer.rawValue))
        }
    }

    func link(_ agent: Agent, capabilities: Authority) throws(Problem) {
        try asking { () throws(StoreError) in
            let number = try links.makeLink(for: agent, capabilities: capabilities, at: now, in: connection)
            try connection.run("UPDATE agent SET link = ? WHERE id = ?", .integer(number), .text(agent.id.rawValue))
        }
    }

    func addSecret(hash: [UInt8], to agent: AgentID) throws(Problem) -> Int {
        let found = try asking { () throws(StoreError) in
            try connection.first(
                """
                SELECT (SELECT count(*) FROM secret WHERE secret.agent = agent.number), secrets_issued
                FROM agent WHERE id = ?
                """, .text(agent.rawValue)
            ) { row in (row.integer(0), row.integer(1)) }
        }
        guard let (present, issued) = found else { throw Problem(.notFound, "there is no agent \(agent)") }
        guard present < 2 else {
            throw Problem(.conflict, "agent \(agent) has two secrets already; remove one first")
        }
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO secret (agent, number, hash, created_at)
                SELECT number, ?2, ?3, ?4 FROM agent WHERE id = ?1
                """,
                .text(agent.rawValue), .integer(issued + 1), .blob(hash), .integer(now.milliseconds))
            try connection.run(
                "UPDATE agent SET secrets_issued = secrets_issued + 1 WHERE id = ?", .text(agent.rawValue))
        }
        return Int(issued + 1)
    }

    func removeSecret(_ number: Int, of agent: AgentID) throws(Problem) -> Bool {
        try asking { () throws(StoreError) in
            try connection.run(
                "DELETE FROM secret WHERE number = ? AND agent = (SELECT number FROM agent WHERE id = ?)",
                .integer(Int64(number)), .text(agent.rawValue)) > 0
        }
    }

    func save(_ key: KeyEntry) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO signing_key (id, algorithm, state, created_at, activated_at, retired_at, public_key)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, activated_at = excluded.activated_at,
                    retired_at = excluded.retired_at
                """,
                .text(key.id.rawValue), .text(key.algorithm.rawValue), .text(key.state.rawValue),
                .integer(key.createdAt.milliseconds), SQLValue(key.activatedAt?.milliseconds),
                SQLValue(key.retiredAt?.milliseconds), key.publicKey.column)
        }
    }

    func append(_ record: LedgerRecord) throws(Problem) {
        try asking { () throws(StoreError) in
            try writer.append(record.pieces, at: record.at)
        }
    }
}
