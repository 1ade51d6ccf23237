extension Agent {
    /// What an operator may set, in the shape it is read in; `null` where empty.
    var definition: JSONValue {
        [
            "id": .string(id.rawValue),
            "type": .string(type.rawValue),
            "version": .label(version),
            "model": .label(model),
            "deployment": .label(deployment),
            "owner": .label(owner),
            "team": .label(team),
            "environment": .label(environment),
            "description": .text(description),
            "status": .string(status.rawValue),
            "capabilities": ownCapabilities?.json ?? .null,
            "delegation": ownDelegation?.json ?? .null,
            "grants": .array(GrantKind.allCases.filter(grants.contains).map { .string($0.rawValue) }),
            "may_start_chains": .bool(mayStartChains),
            "may_report_risk": .bool(mayReportRisk),
            "expires_at": .time(expiresAt),
            "quotas": quotas?.json ?? .null,
        ]
    }
}

extension AgentEntry {
    /// The agent as operators see it: its own values, and what the registry keeps beside them. Never a secret.
    public var json: JSONValue {
        .object(
            (agent.definition.members ?? []) + [
                JSONMember(name: "status_changed", value: statusNote?.json ?? .null),
                JSONMember(name: "attestation", value: attestation?.json ?? .null),
                JSONMember(name: "credentials", value: .array(secrets.map { $0.json(rotatedAt: rotatedAt) })),
                JSONMember(name: "created_at", value: .time(createdAt)),
                JSONMember(name: "last_active_at", value: .time(lastActiveAt)),
                JSONMember(name: "delegation_chain_hash", value: .text(link?.text)),
            ])
    }

    /// When the newest secret took the place of an earlier one; nil for the first.
    private var rotatedAt: Instant? {
        secrets.max { $0.number < $1.number }.flatMap { $0.number > 1 ? $0.createdAt : nil }
    }
}

extension SecretEntry {
    func json(rotatedAt: Instant?) -> JSONValue {
        [
            "kind": "client_secret", "n": .integer(Int64(number)), "created_at": .time(createdAt),
            "last_rotated_at": .time(rotatedAt), "last_used_at": .time(lastUsedAt),
        ]
    }
}

extension AgentType {
    /// The type in the shape it is read in.
    public var json: JSONValue {
        [
            "id": .string(id.rawValue),
            "capabilities": capabilities?.json ?? .null,
            "delegation": delegation?.json ?? .null,
            "status": .string(status.rawValue),
            "quotas": quotas?.json ?? .null,
        ]
    }
}

extension DelegationConstraints {
    /// The constraints in the shape they are read in.
    public var json: JSONValue {
        [
            "to": .array(to.map { .string($0.rawValue) }),
            "max_chain_depth": .integer(Int64(maxChainDepth)),
            "max_class": .string(maxClass.rawValue),
            "approval_for": .array(ScopeClass.allCases.filter(approvalFor.contains).map { .string($0.rawValue) }),
        ]
    }
}

extension Audience {
    /// The audience in the shape it is read in; `max_lifetime` in seconds.
    public var json: JSONValue {
        [
            "id": .string(id.rawValue),
            "resource": .text(resource?.rawValue),
            "scopes": .array(catalogue.entries.map(\.json)),
            "default_scopes": defaultScopes.map { .array($0.scopes.map { .string($0.description) }) } ?? .null,
            "max_lifetime": maxLifetime.map { .integer($0) } ?? .null,
            "environment": .label(environment),
            "claims": .string(claims.rawValue),
            "algorithm": .string(algorithm.rawValue),
            "chain": .string(chain.rawValue),
            "namespace": .text(namespace),
            "require_task": .bool(requiresTask),
            "status": .string(status.rawValue),
            "quota": quota?.json ?? .null,
        ]
    }
}

extension Catalogue.Entry {
    var json: JSONValue {
        ["name": .string(name.description), "class": .string(scopeClass.rawValue), "sensitivity": .label(sensitivity)]
    }
}

extension TrustedIssuer {
    /// The issuer in the shape it is read in.
    public var json: JSONValue {
        [
            "issuer": .string(issuer.rawValue),
            "jwks": keys.inline ?? .null,
            "jwks_file": .text(keys.file),
            "audiences": .array(audiences.map { .string($0.rawValue) }),
            "principal_claim": .string(principalClaim),
            "delegable": .array(delegable.map(\.json)),
        ]
    }
}

extension TrustedIssuer.Delegable {
    var json: JSONValue {
        let when = conditions.map { JSONMember(name: $0.claim, value: $0.value) }
        return ["when": when.isEmpty ? .null : .object(when), "authority": authority.json]
    }
}

extension JSONValue {
    static func label(_ label: Label?) -> JSONValue { .text(label?.rawValue) }
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    static func time(_ instant: Instant?) -> JSONValue { .text(instant?.description) }

    /// The names of the members that differ from those of `earlier`, in this object's order.
    func changedMembers(since earlier: JSONValue) -> [String] {
        (members ?? []).filter { member in earlier[member.name] != member.value }.map(\.name)
    }
}
