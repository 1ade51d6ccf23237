import MandateCore

/// Writes requests that begin to wait for a person, and that an approval is used up, inside the group's transaction.
final class ApprovalWriter {
    private let connection: Connection
    private let reader: ApprovalReader
    private let insert: Statement
    private let useUp: Statement
    private let expire: Statement
    private let remove: Statement
    private var nextPruning: Int64 = 0

    /// How long one is kept that has ended, in seconds.
    private static let kept: Int64 = 30 * 86_400
    /// How many one run of the upkeep deals with, so that no token waits for it long. When there are more it runs again a
    /// second later.
    private static let most = 1000

    init(_ connection: Connection) throws(StoreError) {
        self.connection = connection
        reader = try ApprovalReader(connection)
        insert = try connection.prepare(
            """
            INSERT INTO approval (id, status, client, request, created_at, expires_at, held)
            VALUES (?, 'pending', ?, ?, ?, ?, ?)
            """)
        useUp = try connection.prepare(
            "UPDATE approval SET status = 'used', used_at = ?, claims = ? WHERE id = ? AND status = 'approved'")
        expire = try connection.prepare(
            """
            UPDATE approval SET status = 'expired' WHERE number IN (
                SELECT number FROM approval WHERE status IN ('pending', 'approved') AND expires_at <= ? LIMIT ?)
            """)
        remove = try connection.prepare(
            """
            DELETE FROM approval WHERE expires_at <= ? AND number IN (SELECT number FROM approval ORDER BY number LIMIT ?)
            """)
    }

    /// Whether no other request waits that is bound to the same, and its client may have one more waiting: many that came at
    /// once were judged before any of them was written.
    func isNew(_ approval: NewApproval, at now: Instant) throws(StoreError) -> Bool {
        guard try reader.waiting(of: approval.client, at: now) < ApprovalEntry.mostWaiting else { return false }
        guard let other = try reader.approval(boundTo: approval.binding) else { return true }
        switch other.status(at: now) {
        case .pending, .approved: return false
        case .denied: return now >= other.expiresAt
        case .used, .expired: return true
        }
    }

    func write(_ approval: NewApproval) throws(StoreError) {
        try insert.run([
            .text(approval.id), .text(approval.client.rawValue), .blob(approval.binding),
            .integer(approval.createdAt.milliseconds),
            .integer(approval.expiresAt.milliseconds),
            approval.held.stored.column,
        ])
    }

    /// Whether the approval may still be used; without one there is nothing in the way.
    func isOpen(_ use: ApprovalUse?, at now: Instant) throws(StoreError) -> Bool {
        guard let use else { return true }
        return try reader.approval(use.id)?.status(at: now) == .approved
    }

    /// An approval is used once: what comes second finds it used.
    func write(_ use: ApprovalUse, at now: Instant) throws(StoreError) {
        try useUp.run([.integer(now.milliseconds), .blob(use.claims), .text(use.id)])
    }

    /// Once a minute, notes which have expired, so that those that wait are found quickly, and drops what ended long ago.
    func prune(at now: Instant) throws(StoreError) {
        guard now.seconds >= nextPruning else { return }
        try expire.run([.integer(now.milliseconds), .integer(Int64(Self.most))])
        let expired = connection.changedRows
        try remove.run([.integer(now.advanced(bySeconds: -Self.kept).milliseconds), .integer(Int64(Self.most))])
        nextPruning = now.seconds + (max(expired, connection.changedRows) < Self.most ? 60 : 1)
    }
}
