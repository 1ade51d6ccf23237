import MandateCore

/// The words that records are made of.
extension Schema {
    static let words: [(key: String, value: Schema)] = [
        ("AgentID", identifier(AgentID.self, "A-Za-z0-9._~-")),
        ("AgentTypeID", identifier(AgentTypeID.self, "A-Za-z0-9._~-")),
        ("AudienceID", identifier(AudienceID.self, "A-Za-z0-9._~:/-")),
        ("TaskID", identifier(TaskID.self, "!-~")),
        ("Label", identifier(Label.self, "!-~")),
        ("KeyID", .string("^[A-Za-z0-9_-]{43}$")),
        ("ChainHash", .string("^sha256:[0-9a-f]{64}$")),
        ("TokenID", .string("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")),
        ("Scope", .string("^[!#-)+-\\[\\]-~][!#-\\[\\]-~]*$", 1...Scope.maximumLength)),
        ("Text", .string(nil, 1...PrintableText.maximumLength).described("Printable characters on one line.")),
        (
            "Time",
            Schema([JSONMember(name: "type", value: "string"), JSONMember(name: "format", value: "date-time")])
        ),
        (
            "Authority",
            .map(to: .list(of: .ref("Scope"), atLeast: 1), keys: .ref("AudienceID"), atLeast: 1)
                .described("From audience to scopes.")
        ),
        (
            "Quota",
            .object([
                "tokens": .integer(Quota.counts), "per": Schema.integer(Quota.periods).described("Seconds."),
                "burst": .integer(Quota.counts),
            ])
        ),
        (
            "QuotaWritten",
            .sent(
                [
                    "tokens": .integer(Quota.counts), "per": span(Quota.periods, "smhd"),
                    "burst": .integer(Quota.counts),
                ], needed: ["tokens", "per"])
        ),
        (
            "Delegation",
            .sent(
                [
                    "to": .list(of: .ref("AgentID")),
                    "max_chain_depth": .integer(
                        Int64(
                            DelegationConstraints.depths.lowerBound)...Int64(DelegationConstraints.depths.upperBound)),
                    "max_class": .word(ScopeClass.self), "approval_for": .list(of: .word(ScopeClass.self)),
                ], needed: ["to", "max_chain_depth", "max_class"])
        ),
        ("Warnings", .list(of: .string()).described("What is allowed and probably not meant.")),
        (
            "Reason",
            .sent(["reason": .ref("Text")]).described("Why, for the ledger.")
        ),
        (
            "Cut",
            .object([
                "tokens": .integer(0...Int64.max), "links": .integer(0...Int64.max), "latest_exp": .ref("Time").orNull,
            ]).described("How much was cut off, and when the last of it would have ended.")
        ),
        (
            "Problem",
            .object(
                [
                    "type": .string(), "title": .string(), "status": .integer(400...599), "detail": .string(),
                    "field": .string().described("Where in the request."),
                ], optional: ["field"]
            ).described("RFC 9457.")
        ),
    ]

    private static func identifier<ID: Identifier>(_ type: ID.Type, _ characters: String) -> Schema {
        .string("^[\(characters)]{\(ID.lengths.lowerBound),\(ID.lengths.upperBound)}$")
    }

    /// The schemas that have a name.
    static let named = words + written + shown + policies + explaining + approvals + ledger
}
