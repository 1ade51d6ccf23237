import MandateCore

/// The policies in force, each read as if somebody had just written it down. What cannot be read is an error, never a
/// smaller set; that they are the set which `state.policy` names is for the caller to check.
func storedPolicies(_ connection: Connection) throws(StoreError) -> [Policy] {
    try connection.first("SELECT policies FROM policy_set ORDER BY version DESC LIMIT 1") { row throws(StoreError) in
        try [Policy](stored: row.blob(0))
    } ?? []
}

extension [Policy] {
    init(stored text: [UInt8]) throws(StoreError) {
        self = []
        do {
            guard let values = try JSONValue(strict: text).array else {
                throw StoreError.unreadable("policy_set.policies")
            }
            for value in values { append(try Policy(value)) }
        } catch {
            throw .unreadable("policy_set.policies")
        }
    }

    /// Text for the column.
    var column: SQLValue { JSONValue.array(PolicyRecord.json(of: self)).column }
}

extension PolicyVersion {
    /// The columns of ``init(_:)``; that what is damaged cannot be counted is no reason for another error.
    static let columns =
        "version, digest, at, by, CASE WHEN json_valid(policies) THEN json_array_length(policies) ELSE 0 END"

    init(_ row: Row) {
        self.init(
            number: row.integer(0), digest: PolicyDigest(stored: row.text(1)),
            changedAt: Instant(milliseconds: row.integer(2)), changedBy: row.text(3), count: row.integer(4))
    }

    /// The empty set that every registry begins with.
    static func first(_ digests: any Digests) throws(StoreError) -> PolicyVersion {
        PolicyVersion(
            number: 0, digest: try hashing { () throws(Refusal) in try PolicyDigest(of: [], hashing: digests) },
            changedAt: nil, changedBy: nil, count: 0)
    }
}
