extension ApprovalEntry {
    /// The approval as approvers see it: all that was asked for, and nothing that proves anything.
    public func json(at now: Instant) -> JSONValue {
        [
            "id": .string(id),
            "status": .string(status(at: now).rawValue),
            "client": .string(client.rawValue),
            "holder": .text(held.holder?.rawValue),
            "grant": .string(held.grant.rawValue),
            "requested_token_type": .string(held.wanted.rawValue),
            "authority": held.authority.json,
            "expires_in": .integer(held.lifetime),
            "task_id": .text(held.task?.rawValue),
            "task_purpose": .text(held.purpose?.rawValue),
            "principal": .string(held.principal.rawValue),
            "chain": .array(held.path.map { .string($0) }),
            "rule": .string(held.rule),
            "reason": .text(held.reason?.rawValue),
            "approvers": .array(held.approvers.map { .string($0.rawValue) }),
            "created_at": .time(createdAt),
            "expires_at": .time(expiresAt),
            "decision": decision?.json ?? .null,
            "used_at": .time(usedAt),
            "jti": .text(tokenID),
        ]
    }

    /// Of the token that was fetched.
    private var tokenID: String? {
        guard let claims else { return nil }
        do throws(JSONError) {
            return try JSONValue(strict: claims)["jti"]?.string
        } catch {
            return nil
        }
    }
}

extension NewApproval {
    /// What an approver needs to know beside what every record says.
    var json: JSONValue {
        [
            "approvers": .array(held.approvers.map { .string($0.rawValue) }),
            "authority": held.authority.json,
            "expires_in": .integer(held.lifetime),
            "grant": .string(held.grant.rawValue),
            "holder": .text(held.holder?.rawValue),
            "reason": .text(held.reason?.rawValue),
            "requested_token_type": .string(held.wanted.rawValue),
            "task_purpose": .text(held.purpose?.rawValue),
        ]
    }
}

extension HeldRequest {
    /// How authority was asked for, as policies name it.
    var grant: PolicyGrant {
        switch (basis, wanted) {
        case (.registration, _): .clientCredentials
        case (.person, _): .start
        case (.own(.delegation, _, _), .delegation): .handOver
        case (.own(.delegation, _, _), .accessToken): .redeem
        case (.own(.accessToken, _, _), _), (.own(.revocations, _, _), _): .passOn
        }
    }
}

extension HeldBasis {
    /// The chain that the request continues; nil where none has begun.
    var chainHash: String? {
        switch self {
        case .own(_, _, let claims): claims["delegation_chain_hash"]?.string
        case .registration, .person: nil
        }
    }
}
