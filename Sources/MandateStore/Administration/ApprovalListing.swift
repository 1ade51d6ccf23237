import MandateCore

/// How a list of approvals is asked for, newest first, so that a page takes the same time among few and among many: an
/// index leads, and what it cannot tell is looked at one by one, at most ``mostExamined`` of them a page.
struct ApprovalListing {
    private struct Condition {
        let sql: String
        let values: [SQLValue]
    }

    private let filter: ApprovalFilter
    private let lead: Condition?
    private let rest: Condition?
    /// Whether what the lead finds is nearly all that is asked for.
    private let isNarrow: Bool

    private static let mostExamined: Int64 = 2000

    init(_ filter: ApprovalFilter, at now: Instant) {
        self.filter = filter
        let status = filter.status.map { Self.condition($0, at: now) }
        rest = status
        if let client = filter.client {
            lead = Condition(sql: "client = ?", values: [.text(client.rawValue)])
            isNarrow = status == nil
        } else if let asked = filter.status, asked != .expired {
            // The upkeep notes within minutes what has expired.
            lead = Condition(sql: "status = ?", values: [.text(asked.rawValue)])
            isNarrow = true
        } else {
            lead = nil
            isNarrow = status == nil
        }
    }

    /// What is stored of an approval that is worth `status` now.
    private static func condition(_ status: ApprovalEntry.Status, at now: Instant) -> Condition {
        switch status {
        case .pending, .approved:
            Condition(
                sql: "+status = ? AND expires_at > ?",
                values: [.text(status.rawValue), .integer(now.milliseconds)])
        case .denied, .used: Condition(sql: "+status = ?", values: [.text(status.rawValue)])
        case .expired:
            Condition(
                sql: "(+status = 'expired' OR +status IN ('pending', 'approved') AND expires_at <= ?)",
                values: [.integer(now.milliseconds)])
        }
    }

    func page(in connection: Connection) throws(StoreError) -> ApprovalPage {
        let boundary = try boundary(in: connection)
        var sql = "SELECT \(ApprovalEntry.columns), number FROM approval WHERE \(start)number < ?"
        var values = begin
        if let boundary {
            sql += " AND number >= ?"
            values.append(.integer(boundary))
        }
        if let rest {
            sql += " AND " + rest.sql
            values += rest.values
        }
        sql += " ORDER BY number DESC LIMIT ?"
        let limit = min(filter.limit, Int(Int32.max) - 1)
        values.append(.integer(Int64(limit) + 1))
        let found = try connection.prepare(sql).all(values) { row throws(StoreError) in
            (entry: try ApprovalEntry(row), number: row.integer(10))
        }
        let page = found.prefix(limit)
        return ApprovalPage(
            entries: page.map(\.entry), next: found.count > page.count ? page.last?.number : boundary)
    }

    /// The last number that a page examines; nil when nothing is left below what it examines.
    private func boundary(in connection: Connection) throws(StoreError) -> Int64? {
        if isNarrow { return nil }
        let sql = "SELECT number FROM approval WHERE \(start)number < ? ORDER BY number DESC LIMIT 1 OFFSET ?"
        return try connection.prepare(sql).first(begin + [.integer(Self.mostExamined - 1)]) { row in row.integer(0) }
    }

    private var start: String { lead.map { $0.sql + " AND " } ?? "" }
    private var begin: [SQLValue] { (lead?.values ?? []) + [.integer(filter.before ?? .max)] }
}
