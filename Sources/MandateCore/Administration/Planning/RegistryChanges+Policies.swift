extension RegistryChanges {
    /// What became of the whole set of policies.
    public struct SavedPolicies: Sendable {
        public let record: PolicyRecord
        public let warnings: [String]
    }

    /// Puts a whole set of policies in force in place of the one that is, whatever that holds; or, when `json` says which
    /// set it was made from, only in place of that one.
    public func replacePolicies(
        by json: JSONValue, operator operatorName: String
    ) async throws(Problem) -> SavedPolicies {
        let replacement = try PolicyReplacement(json)
        try policies.check(replacement.document)
        return try await carryOut(by: operatorName) { (reader) throws(Problem) in
            if let digest = replacement.digest {
                let current = try reader.policies().version
                guard current.digest.text == digest else {
                    throw Problem(
                        .conflict, field: "digest",
                        "is not that of the policies in force, which are version \(current.number): get them again, and "
                            + "make the change to those")
                }
            }
            return try RegistryPlan(replacement.document, prune: true, over: reader)
        } answer: { (reader, plan) throws(Problem) in
            SavedPolicies(record: try reader.policies(), warnings: plan.warnings)
        }
    }
}

/// A whole set of policies as it is sent: as a registry file has them, or as they are shown.
struct PolicyReplacement: Sendable {
    let document: RegistryDocument
    /// Of the set it was made from.
    let digest: String?

    private static let members = ["policies", "items", "digest", "version", "changed_at", "changed_by", "next"]

    init(_ json: JSONValue) throws(Problem) {
        let reader = try ObjectReader(json, at: .root, "a set of policies", known: Self.members, isRecord: false)
        let lists = ["policies", "items"].filter { reader.value($0) != nil }
        guard let list = lists.first else {
            throw reader.field("policies").problem("is missing: list the policies; [] removes all that are in force")
        }
        guard lists.count == 1 else {
            throw reader.field("items").problem("stands beside policies: keep one of the two")
        }
        guard reader.value("next") == nil else {
            throw reader.field("next").problem("says that there is more: send all policies at once, and leave it out")
        }
        digest = try reader.string("digest")
        _ = try reader.integer("version", in: 0...Int64.max)
        _ = try reader.string("changed_at")
        _ = try reader.string("changed_by")
        document = RegistryDocument(policies: try reader.policies(list), policiesPlace: reader.field(list))
    }
}
