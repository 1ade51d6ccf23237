import MandateCore

extension Refusal {
    /// What a refusal says beside error, description and reason: the policy that made it, and what a client that waits for a
    /// person needs to ask again (draft-ietf-oauth-deferred-token-response).
    var members: [JSONMember] {
        switch self {
        case .deniedByPolicy(let rule, _): [JSONMember(name: "policy", value: .string(rule))]
        case .approvalRequired(let waiting), .approvalPending(let waiting), .approvalAskedTooSoon(let waiting):
            waiting.members
        case .approvalDenied(let id, _): [JSONMember(name: "approval", value: .string(id))]
        default: []
        }
    }
}

extension Refusal.Waiting {
    fileprivate var members: [JSONMember] {
        var members = [
            JSONMember(name: "approval", value: .string(id)), JSONMember(name: "policy", value: .string(need.rule)),
        ]
        if let code {
            members += [
                JSONMember(name: "deferral_code", value: .string(code)),
                JSONMember(name: "interval", value: .integer(interval)),
            ]
        }
        return members + [JSONMember(name: "expires_in", value: .integer(expiresIn))]
    }
}
