import MandateCore

extension StoreEditor {
    func save(_ task: TaskEntry) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                """
                INSERT INTO task (\(TaskEntry.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET principal = excluded.principal, purpose = excluded.purpose,
                    status = excluded.status, deadline = excluded.deadline, ended_at = excluded.ended_at,
                    ended_by = excluded.ended_by, holder = excluded.holder
                """,
                .text(task.id.rawValue), SQLValue(task.principal?.rawValue), SQLValue(task.purpose?.rawValue),
                .text(task.status.rawValue), SQLValue(task.deadline?.milliseconds),
                .integer(task.createdAt.milliseconds), .text(task.createdBy), SQLValue(task.endedAt?.milliseconds),
                SQLValue(task.endedBy), SQLValue(task.holder?.rawValue), .integer(task.isReserved ? 1 : 0))
        }
    }

    func revoke(_ revocation: Revocation, until expiry: Instant?) throws(Problem) {
        try asking { () throws(StoreError) in try writer.revoke(revocation, until: expiry, at: now) }
    }

    func revoke(_ principal: Label) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run(
                "INSERT INTO revoked_principal (id, revoked_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                .text(principal.rawValue), .integer(now.milliseconds))
        }
    }

    func reinstate(_ principal: Label) throws(Problem) {
        try asking { () throws(StoreError) in
            try connection.run("DELETE FROM revoked_principal WHERE id = ?", .text(principal.rawValue))
        }
    }
}
