import MandateCore

extension TaskEntry {
    /// The columns of ``init(_:)``.
    static let columns =
        "id, principal, purpose, status, deadline, created_at, created_by, ended_at, ended_by, holder, is_reserved"

    init(_ row: Row) throws(StoreError) {
        self.init(
            id: try identifier(row.text(0), "task.id"),
            principal: try row.optionalText(1).map { text throws(StoreError) in
                try identifier(text, "task.principal")
            },
            purpose: try row.optionalText(2).map { text throws(StoreError) in try identifier(text, "task.purpose") },
            status: try stored(row.text(3), "task.status"),
            deadline: row.optionalInteger(4).map { Instant(milliseconds: $0) },
            createdAt: Instant(milliseconds: row.integer(5)), createdBy: row.text(6),
            endedAt: row.optionalInteger(7).map { Instant(milliseconds: $0) }, endedBy: row.optionalText(8),
            holder: try row.optionalText(9).map { text throws(StoreError) in try identifier(text, "task.holder") },
            isReserved: row.integer(10) != 0)
    }
}
