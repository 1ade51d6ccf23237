import MandateCore

extension StoreEditor {
    func save(decided approval: ApprovalEntry) throws(Problem) {
        let count = try asking { () throws(StoreError) in
            try connection.run(
                "UPDATE approval SET status = ?, decision = ?, expires_at = ? WHERE id = ? AND status IN ('pending', 'approved')",
                .text(approval.status.rawValue), approval.decision?.json.column ?? .null,
                .integer(approval.expiresAt.milliseconds), .text(approval.id))
        }
        guard count == 1 else { throw Problem(.conflict, "approval \(approval.id) waits no more") }
    }
}
