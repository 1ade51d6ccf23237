import MandateCore

extension StoreReader {
    func approval(_ id: String) throws(Problem) -> ApprovalEntry? {
        try asking { () throws(StoreError) in
            try connection.first("SELECT \(ApprovalEntry.columns) FROM approval WHERE id = ?", .text(id)) {
                row throws(StoreError) in try ApprovalEntry(row)
            }
        }
    }

    func approvals(_ filter: ApprovalFilter) throws(Problem) -> ApprovalPage {
        try asking { () throws(StoreError) in try ApprovalListing(filter, at: now).page(in: connection) }
    }

    func pendingApprovals() throws(Problem) -> Int64 {
        try asking { () throws(StoreError) in
            try connection.first(
                "SELECT count(*) FROM approval WHERE status = 'pending' AND expires_at > ?",
                .integer(now.milliseconds)
            ) { row in row.integer(0) } ?? 0
        }
    }
}
