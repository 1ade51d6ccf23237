import MandateCore

extension StoreEditor {
    func save(policies: [Policy], by operatorName: String) throws(Problem) -> PolicyVersion {
        try asking { () throws(StoreError) in
            let digest = try hashing { () throws(Refusal) in
                try PolicyDigest(of: PolicyRecord.json(of: policies), hashing: digests)
            }
            try connection.run(
                """
                INSERT INTO policy_set (version, digest, at, by, policies)
                SELECT coalesce(max(version), 0) + 1, ?, ?, ?, ? FROM policy_set
                """, .text(digest.text), .integer(now.milliseconds), .text(operatorName), policies.column)
            try connection.run("UPDATE state SET policy = ?", .text(digest.text))
            let saved = try connection.first(
                "SELECT \(PolicyVersion.columns) FROM policy_set ORDER BY version DESC LIMIT 1"
            ) { row in PolicyVersion(row) }
            guard let saved else { throw .unreadable("policy_set") }
            return saved
        }
    }
}
