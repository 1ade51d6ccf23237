import MandateCore

/// Reads requests that wait, or waited, for a person.
final class ApprovalReader {
    private let byRequest: Statement
    private let byID: Statement
    private let waitingOfClient: Statement

    init(_ connection: Connection) throws(StoreError) {
        byRequest = try connection.prepare(
            "SELECT \(ApprovalEntry.columns) FROM approval WHERE request = ? ORDER BY number DESC LIMIT 1")
        waitingOfClient = try connection.prepare(
            "SELECT count(*) FROM approval WHERE client = ? AND status = 'pending' AND expires_at > ?")
        byID = try connection.prepare("SELECT \(ApprovalEntry.columns) FROM approval WHERE id = ?")
    }

    func approval(boundTo binding: [UInt8]) throws(StoreError) -> ApprovalEntry? {
        try byRequest.first([.blob(binding)]) { row throws(StoreError) in try ApprovalEntry(row) }
    }

    func waiting(of client: AgentID, at now: Instant) throws(StoreError) -> Int64 {
        try waitingOfClient.first([.text(client.rawValue), .integer(now.milliseconds)]) { row in row.integer(0) } ?? 0
    }

    func approval(_ id: String) throws(StoreError) -> ApprovalEntry? {
        try byID.first([.text(id)]) { row throws(StoreError) in try ApprovalEntry(row) }
    }
}

extension ApprovalEntry {
    /// The columns of ``init(_:)``.
    static let columns = "id, status, client, request, created_at, expires_at, held, decision, used_at, claims"

    init(_ row: Row) throws(StoreError) {
        guard let held = HeldRequest(stored: try StoredJSON(row.blob(6), "approval.held").value) else {
            throw .unreadable("approval.held")
        }
        let decision = try row.optionalBlob(7).map { bytes throws(StoreError) in
            guard let decision = ApprovalDecision(json: try StoredJSON(bytes, "approval.decision").value) else {
                throw StoreError.unreadable("approval.decision")
            }
            return decision
        }
        self.init(
            id: row.text(0), status: try stored(row.text(1), "approval.status"),
            client: try identifier(row.text(2), "approval.client"), binding: row.blob(3),
            createdAt: Instant(milliseconds: row.integer(4)), expiresAt: Instant(milliseconds: row.integer(5)),
            held: held, decision: decision, usedAt: row.optionalInteger(8).map { Instant(milliseconds: $0) },
            claims: row.optionalBlob(9))
    }
}
