import MandateCore

extension StoreEditor {
    func cut(_ agent: AgentID) throws(Problem) -> Cut {
        let cut = try cut(.handed(to: agent))
        try mark("UPDATE agent SET not_before = max(not_before, ?2) WHERE id = ?1", agent.rawValue)
        return cut
    }

    func cut(type: AgentTypeID) throws(Problem) -> Cut {
        let cut = try cut(.handed(to: type))
        try mark("UPDATE agent_type SET not_before = max(not_before, ?2) WHERE id = ?1", type.rawValue)
        return cut
    }

    /// Tokens that an agent got for the task under its own registration are not told from its others, so they are not
    /// counted; they are dead all the same.
    func cut(task: TaskID) throws(Problem) -> Cut { try cut(.made(for: task)) }

    func cut(link: Int64) throws(Problem) -> Cut { try cut(.numbered(link)) }

    func cut(principal: Label) throws(Problem) -> Cut { try cut(.started(by: principal)) }

    /// Nothing that is in the ledger by now was born later, whatever the clock did.
    private func mark(_ change: String, _ id: String) throws(Problem) {
        let mark = max(now, writer.head.at)
        try asking { () throws(StoreError) in
            try connection.run(change, .text(id), .integer(mark.milliseconds))
        }
    }

    /// Walks once, over what is live. Registrations never expire and go on, so they are not counted as links; the tokens
    /// under them are.
    private func cut(_ choice: LinkChoice) throws(Problem) -> Cut {
        try asking { () throws(StoreError) in
            try connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS cut_link (number INTEGER PRIMARY KEY, expires_at INTEGER)")
            try connection.run(
                "INSERT INTO cut_link " + LiveWalk.downward(from: choice) + """
                     SELECT link.number, link.expires_at FROM live CROSS JOIN link ON link.number = live.number
                    WHERE live.isCut
                    """, choice.argument, .integer(now.seconds), .integer(now.milliseconds))
            let links = try connection.first("SELECT count(expires_at), max(expires_at) FROM cut_link") { row in
                Cut(links: row.integer(0), latestExpiry: row.optionalInteger(1).map { Instant(seconds: $0) })
            }
            let tokens = try connection.first(
                """
                SELECT total(tokens), max(expires_at) FROM live_token
                WHERE expires_at > ? AND link IN (SELECT number FROM cut_link)
                """, .integer(now.seconds)
            ) { row in
                Cut(tokens: row.integer(0), latestExpiry: row.optionalInteger(1).map { Instant(seconds: $0) })
            }
            try connection.run("DELETE FROM live_token WHERE link IN (SELECT number FROM cut_link)")
            try connection.run("DELETE FROM cut_link")
            return (links ?? Cut()) + (tokens ?? Cut())
        }
    }
}
