import MandateCore

/// How a list of agents is asked for, so that a page takes the same time among a hundred agents and among a million.
///
/// One condition leads: an index holds its agents in order of the id. The others are looked at agent by agent, at most
/// ``mostExamined`` of them a page; when that is not enough to fill the page, it ends there and the next one goes on.
struct AgentListing {
    private struct Condition {
        let sql: String
        let values: [SQLValue]
    }

    private let filter: AgentFilter
    private let lead: Condition?
    private let rest: [Condition]
    /// Whether the lead's agents are so few that all of them are examined and sorted.
    private let isShort: Bool

    private static let mostExamined: Int64 = 2000

    init(_ filter: AgentFilter, at now: Instant, in connection: Connection) throws(StoreError) {
        self.filter = filter
        var conditions = Self.equalities(filter)
        if let seconds = filter.unusedFor {
            let since = now.advanced(bySeconds: seconds < 0 ? 0 : -seconds).milliseconds
            conditions.append(Self.unused(since: since))
            if try Self.areFew(unusedSince: since, in: connection) {
                let hour = SQLValue.integer(since / Self.hour)
                lead = Condition(
                    sql: "agent.number IN (SELECT agent FROM agent_use WHERE idle_hour <= ?)", values: [hour])
                rest = conditions
                isShort = true
                return
            }
        }
        let leads = conditions.first { $0.sql.hasPrefix("agent.") }
        lead = leads
        rest = leads == nil ? conditions : Array(conditions.dropFirst())
        isShort = false
    }

    /// The last id that a page examines; nil when nothing is left after what it examines.
    func boundary(in connection: Connection) throws(StoreError) -> AgentID? {
        if isShort || rest.isEmpty { return nil }
        let sql = """
            SELECT agent.id FROM agent WHERE \(start(lead))agent.id > ? ORDER BY agent.id LIMIT 1 OFFSET ?
            """
        let values = (lead?.values ?? []) + [after, .integer(Self.mostExamined - 1)]
        return try connection.prepare(sql).first(values) { row throws(StoreError) in
            try identifier(row.text(0), "agent.id")
        }
    }

    /// Conditions, order and limit, with their values: one agent more than the page has.
    func page(upTo boundary: AgentID?) -> (sql: String, values: [SQLValue]) {
        // A plus keeps a column from being looked up in an index.
        let id = isShort ? "+agent.id" : "agent.id"
        var sql = " WHERE \(start(lead))\(id) > ?"
        var values = (lead?.values ?? []) + [after]
        if let boundary {
            sql += " AND \(id) <= ?"
            values.append(.text(boundary.rawValue))
        }
        for condition in rest {
            sql += " AND +" + condition.sql
            values += condition.values
        }
        sql += " ORDER BY \(id) LIMIT ?"
        values.append(.integer(Int64(min(filter.limit, Int(Int32.max))) + 1))
        return (sql, values)
    }

    private var after: SQLValue { .text(filter.after?.rawValue ?? "") }

    private func start(_ lead: Condition?) -> String { lead.map { $0.sql + " AND " } ?? "" }

    /// The likely narrowest first.
    private static func equalities(_ filter: AgentFilter) -> [Condition] {
        let asked: [(String, String?)] = [
            ("owner", filter.owner?.rawValue), ("team", filter.team?.rawValue), ("type", filter.type?.rawValue),
            ("status", filter.status?.rawValue),
        ]
        return asked.compactMap { column, value in
            value.map { Condition(sql: "agent.\(column) = ?", values: [.text($0)]) }
        }
    }

    private static let hour: Int64 = 3_600_000
    private static let minute: Int64 = 60_000

    /// Last use is known to the minute: who may have been used since is not listed.
    private static func unused(since: Int64) -> Condition {
        Condition(
            sql: "coalesce(agent_use.last_active_at + \(minute), agent.created_at) <= ? AND +agent.status = 'active'",
            values: [.integer(since)])
    }

    private static func areFew(unusedSince since: Int64, in connection: Connection) throws(StoreError) -> Bool {
        let count = try connection.prepare(
            "SELECT count(*) FROM (SELECT 1 FROM agent_use WHERE idle_hour <= ? LIMIT ?)"
        ).first([.integer(since / hour), .integer(mostExamined + 1)]) { row in row.integer(0) }
        return (count ?? 0) <= mostExamined
    }
}
