import MandateCore

/// What explains a request under policies.
extension Schema {
    static let explaining: [(key: String, value: Schema)] = [
        (
            "ExplanationRequest",
            .sent(
                [
                    "client_id": .ref("AgentID"), "audience": .ref("AudienceID"),
                    "audiences": .list(of: .ref("AudienceID")),
                    "scope": Schema([JSONMember(name: "anyOf", value: [string().json, list(of: .string()).json])]),
                    "grant": .word(grants), "requested_token_type": .word(["access_token", "delegation"]),
                    "requested_actor": .ref("AgentID"), "principal": .ref("Label"), "autonomous": .bool,
                    "depth": .integer(1...64), "task_id": .ref("TaskID"), "at": .ref("Time"),
                    "attested_at": .ref("Time"), "risk": .integer(0...100),
                    "issued": .map(to: .integer(0...Int64.max)).described("From a policy's id to its counters."),
                    "policies": .list(of: .ref("Policy")),
                ], needed: ["client_id"]
            ).described(
                "Who would ask for what, and the facts that would have to be proven. With policies, they are judged in "
                    + "place of those in force.")
        ),
        (
            "Explanation",
            .object([
                "decision": .word(Decision.self), "rule": .string(), "reason": string().orNull,
                "detail": string().orNull, "granted": ref("Authority").orNull, "expires_in": integer(1...3600).orNull,
                "approvers": list(of: .ref("Label")).orNull, "conditions": conditions.orNull,
                "policy": .object(["version": integer(0...Int64.max).orNull, "digest": .string()]), "inputs": inputs,
                "policies": .list(of: policy),
                "asks_engine": Schema.bool.described("A policy engine would be asked too; it was not."),
            ]).described("Nothing was issued, written or counted.")
        ),
    ]

    private static let grants = ["client_credentials", "start", "hand_over", "redeem", "pass_on"]

    private static let conditions = object([
        "max_lifetime": integer(1...3600).orNull, "narrow_to": .list(of: .list(of: .ref("Scope"), atLeast: 1)),
        "require": .list(of: .word(PolicyObligations.Requirement.self)), "ledger": word(["elevated"]).orNull,
    ]).described("All that is asked for together.")

    private static let policy = object([
        "id": .string(), "layer": .string(), "effect": .word(PolicyEffect.self), "fired": .bool,
        "unmet": string().orNull.described("The first condition that did not hold."),
        "wants": Schema.anything.described("What that condition says."), "reason": string().orNull,
        "conditions": ref("PolicyObligations").orNull,
    ])

    private static let party = object([
        "id": .ref("AgentID"), "type": .ref("AgentTypeID"), "team": ref("Label").orNull,
        "environment": ref("Label").orNull, "owner": .ref("Label"), "attested_at": ref("Time").orNull,
        "attested_age": integer().orNull.described("Seconds."),
    ])

    private static let inputs = object([
        "client": party.orNull, "agent": party.orNull.described("Who would hold the token."), "grant": .word(grants),
        "requested_token_type": .word(["access_token", "delegation"]),
        "targets": .list(
            of: .object([
                "audience": .ref("AudienceID"), "environment": ref("Label").orNull, "scopes": .list(of: .ref("Scope")),
                "classes": .list(of: .word(ScopeClass.self)), "sensitivity": .list(of: .ref("Label")),
            ])),
        "principal": ref("Label").orNull, "autonomous": bool.orNull, "depth": .integer(1...64),
        "task_id": ref("TaskID").orNull, "at": .ref("Time"),
        "clocks": list(of: .object(["zone": .ref("Label"), "shows": .string()])).described(
            "What clocks show where a policy looks at them."),
        "counters": .list(
            of: .object([
                "policy": .string(), "by": .word(RateLimit.By.self), "of": string().orNull,
                "tokens": .integer(0...Int64.max), "count": .integer(0...Int64.max), "per": .integer(1...Int64.max),
            ])),
        "risk": .object(["score": .integer(0...100), "reasons": .list(of: .string())]),
    ])
}
