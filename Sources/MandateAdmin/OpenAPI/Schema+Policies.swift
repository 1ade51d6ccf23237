import MandateCore

/// Policies: they are shown in the shape in which they are sent.
extension Schema {
    static let policies: [(key: String, value: Schema)] = [
        (
            "Policy",
            saying(
                [
                    "id": .string("^[A-Za-z0-9._~-]{1,128}$"), "layer": layer, "when": .ref("PolicyConditions"),
                    "effect": .word(PolicyEffect.self), "conditions": .ref("PolicyObligations"),
                    "approvers": .list(of: .ref("Label"), atLeast: 1), "reason": .ref("Text"),
                ], needed: ["id", "effect"]
            ).described("conditions belong to allow_with_conditions, approvers to require_approval.")
        ),
        (
            "PolicyConditions",
            saying(conditions).described("All that is there must hold; what is not there holds for every request.")
        ),
        (
            "PolicyObligations",
            saying([
                "max_lifetime": span(Lifetimes.settable, "smhd"),
                "narrow_to": .list(of: .ref("Scope"), atLeast: 1),
                "require": .list(of: .word(PolicyObligations.Requirement.self), atLeast: 1),
                "ledger": .word(["elevated"]),
            ]).described("At least one is there.")
        ),
        (
            "WeeklyWindow",
            saying(
                [
                    "days": .list(of: .word(Weekday.self), atLeast: 1),
                    "from": .string("^([01][0-9]|2[0-3]):[0-5][0-9]$"),
                    "to": .string("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"), "zone": .ref("Label"),
                ], needed: ["from", "to", "zone"]
            ).described("Hours of a week in an IANA time zone; from is in it, and to is not.")
        ),
        ("Policies", .object(set)),
        ("SavedPolicies", .object(savedSet)),
        (
            "PoliciesReplacement",
            .sent([
                "policies": .list(of: .ref("Policy")), "items": .list(of: .ref("Policy")), "digest": .string(),
                "version": .integer(0...Int64.max), "changed_at": .string(), "changed_by": .string(),
                "next": Schema([JSONMember(name: "type", value: "null")]),
            ]).described(
                "All policies that shall be in force, as policies or as items. With the digest of the set they were made "
                    + "from, no other set is replaced.")
        ),
        (
            "PolicyVersion",
            .object([
                "version": number, "digest": digest, "changed_at": .ref("Time").orNull,
                "changed_by": Schema.string().orNull, "policies": .integer(0...Int64(PolicyRecord.most)),
            ])
        ),
    ]

    private static let number = integer(0...Int64.max)
    private static let digest = string("^sha256:[0-9a-f]{64}$")
    private static let layer = string("^(global|team:[!-~]{1,256}|(type|agent):[A-Za-z0-9._~-]{1,128})$")

    private static let set: KeyValuePairs<String, Schema> = [
        "version": number, "digest": digest, "changed_at": .ref("Time").orNull, "changed_by": Schema.string().orNull,
        "items": .list(of: .ref("Policy")), "next": Schema([JSONMember(name: "type", value: "null")]),
    ]

    private static let savedSet: KeyValuePairs<String, Schema> = [
        "version": number, "digest": digest, "changed_at": .ref("Time").orNull, "changed_by": Schema.string().orNull,
        "items": .list(of: .ref("Policy")), "next": Schema([JSONMember(name: "type", value: "null")]),
        "warnings": .ref("Warnings"),
    ]

    private static let conditions: KeyValuePairs<String, Schema> = [
        "agents": .list(of: .ref("AgentID"), atLeast: 1), "types": .list(of: .ref("AgentTypeID"), atLeast: 1),
        "teams": labels, "environments": labels, "audiences": .list(of: .ref("AudienceID"), atLeast: 1),
        "scopes": .list(of: .ref("Scope"), atLeast: 1), "classes": .list(of: .word(ScopeClass.self), atLeast: 1),
        "sensitivity": oneOrMore(.ref("Label")), "outside": .ref("WeeklyWindow"), "within": .ref("WeeklyWindow"),
        "depth_over": .integer(0...64),
        "rate_over": saying(
            [
                "count": .integer(0...1_000_000_000), "per": span(1...31 * 86_400, "smhd"),
                "by": .word(RateLimit.By.self),
            ], needed: ["count", "per"]),
        "cross_domain": .bool, "principal": oneOrMore(.ref("Label")), "autonomous": .bool,
        "attested_over": span(1...3650 * 86_400, "smhd"), "risk_over": .integer(0...100),
        "grant": oneOrMore(.word(PolicyGrant.self)),
    ]

    private static let labels = list(of: .ref("Label"), atLeast: 1)

    /// A part of a policy: nothing in it is null, and what says nothing is left out.
    private static func saying(_ members: KeyValuePairs<String, Schema>, needed: [String] = []) -> Schema {
        .object(members, optional: members.map(\.key).filter { !needed.contains($0) })
    }

    private static func oneOrMore(_ value: Schema) -> Schema {
        Schema([JSONMember(name: "anyOf", value: .array([value.json, list(of: value, atLeast: 1).json]))])
    }
}
