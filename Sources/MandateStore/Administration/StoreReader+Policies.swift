import MandateCore

extension StoreReader {
    func policies() throws(Problem) -> PolicyRecord {
        try askingPolicies { () throws(StoreError) in
            let record = try record("1 ORDER BY version DESC LIMIT 1")
            let named = try connection.first("SELECT policy FROM state") { row in row.text(0) }
            guard record.version.digest.text == named else { throw .unreadable("policy_set") }
            return record
        }
    }

    func policies(version: Int64) throws(Problem) -> PolicyRecord? {
        try askingPolicies { () throws(StoreError) in
            guard version > 0 else { return version == 0 ? try noPolicies() : nil }
            let found = try connection.first(
                "SELECT 1 FROM policy_set WHERE version = ?", .integer(version)
            ) { _ in true }
            return found == nil ? nil : try record("version = ?", .integer(version))
        }
    }

    func policyVersions(before version: Int64, limit: Int) throws(Problem) -> [PolicyVersion] {
        try asking { () throws(StoreError) in
            var found = try connection.all(
                "SELECT \(PolicyVersion.columns) FROM policy_set WHERE version < ? ORDER BY version DESC LIMIT ?",
                .integer(version), .integer(Int64(limit))
            ) { row in PolicyVersion(row) }
            if found.count < limit, version > 0 { found.append(try .first(digests)) }
            return found
        }
    }

    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Problem) -> Int64 {
        try asking { () throws(StoreError) in
            try connection.first(
                "SELECT coalesce(sum(tokens), 0) FROM rate WHERE counter = ? AND expires_at > ?", .text(counter.name),
                .integer(now.milliseconds)
            ) { row in row.integer(0) } ?? 0
        }
    }

    /// The version that `condition` finds; the empty set when there is none. What was changed behind everybody's back is
    /// not what its digest says.
    private func record(_ condition: String, _ values: SQLValue...) throws(StoreError) -> PolicyRecord {
        let question = try connection.prepare(
            "SELECT \(PolicyVersion.columns), policies FROM policy_set WHERE \(condition)")
        let found = try question.first(values) { row throws(StoreError) in
            PolicyRecord(version: PolicyVersion(row), policies: try [Policy](stored: row.blob(5)))
        }
        guard let found else { return try noPolicies() }
        let digest = try hashing { () throws(Refusal) in
            try PolicyDigest(of: PolicyRecord.json(of: found.policies), hashing: digests)
        }
        guard digest == found.version.digest else { throw .unreadable("policy_set.policies") }
        return found
    }

    /// What is damaged is not read as less than it was: nothing can be changed until it is whole again.
    private func askingPolicies<Answer>(_ question: () throws(StoreError) -> Answer) throws(Problem) -> Answer {
        do {
            return try question()
        } catch {
            guard error.code == 0 else { return try asking { () throws(StoreError) in throw error } }
            throw Problem(.unavailable, "the policies in the database are damaged: restore a backup")
        }
    }

    private func noPolicies() throws(StoreError) -> PolicyRecord {
        PolicyRecord(version: try .first(digests), policies: [])
    }
}
