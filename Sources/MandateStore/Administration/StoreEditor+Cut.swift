import MandateCore

extension StoreEditor {
    func cut(_ agent: AgentID) throws(Problem) -> Cut {
        let cut = try cut(.handed(to: agent))
        try mark("UPDATE agent SET not_before = max(not_before, ?2) WHERE id = ?1", agent.rawValue)
        try expireRequests(of: "= ?1", agent.rawValue)
        return cut
    }

    func cut(type: AgentTypeID) throws(Problem) -> Cut {
        let cut = try cut(.handed(to: type))
        try mark("UPDATE agent_type SET not_before = max(not_before, ?2) WHERE id = ?1", type.rawValue)
        try expireRequests(of: "IN (SELECT id FROM agent WHERE type = ?1)", type.rawValue)
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

    /// What waits for a person, or was approved and not fetched, is over for these agents: as clients, and as holders of what
    /// others asked for.
    private func expireRequests(of agents: String, _ id: String) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                UPDATE approval SET status = 'expired', expires_at = min(expires_at, ?2)
                WHERE status IN ('pending', 'approved')
                    AND (client \(agents) OR json_extract(CAST(held AS TEXT), '$.path[#-1]') \(agents))
                """, .text(id), .integer(now.milliseconds))
        }
    }

    private func cut(_ choice: LinkChoice) throws(Problem) -> Cut {
        try asking { () throws(StoreError) in try writer.cut(choice, at: now) }
    }
}
