import MandateCore

/// Requests that wait, or waited, for a person.
extension Schema {
    static let approvals: [(key: String, value: Schema)] = [
        (
            "Approval",
            .object([
                "id": .ref("TokenID"), "status": .word(ApprovalEntry.Status.self), "client": .ref("AgentID"),
                "holder": .ref("AgentID").orNull, "grant": .word(PolicyGrant.self), "authority": .ref("Authority"),
                "requested_token_type": .word(["access_token", "delegation"]), "expires_in": .integer(1...Int64.max),
                "task_id": .ref("TaskID").orNull,
                "task_purpose": .string().orNull, "principal": .ref("Label"), "chain": .list(of: .string()),
                "rule": .string(), "reason": .ref("Text").orNull, "approvers": .list(of: .ref("Label")),
                "created_at": .ref("Time"), "expires_at": .ref("Time"), "decision": .ref("Decision").orNull,
                "used_at": .ref("Time").orNull, "jti": .ref("TokenID").orNull,
            ]).described("chain is from the principal to the holder; jti is that of the token that was fetched.")
        ),
        (
            "Decision",
            .object([
                "by": .string(), "at": .ref("Time"), "reason": .ref("Text").orNull, "scope": Schema.string().orNull,
                "expires_in": Schema.integer(Lifetimes.settable).orNull,
            ]).described("scope and expires_in are what is left of the request; null for all of it.")
        ),
        (
            "ApprovalWritten",
            .sent([
                "scope": .string(), "expires_in": .integer(Lifetimes.settable), "reason": .ref("Text"),
                "by": .ref("Label"),
            ]).described(
                "scope and expires_in may only narrow. by names the person who decided, on the Unix socket only; over the "
                    + "network that is whom the token is for.")
        ),
        (
            "DenialWritten",
            .sent(["reason": .ref("Text"), "by": .ref("Label")]).described("by as in ApprovalWritten.")
        ),
    ]
}
