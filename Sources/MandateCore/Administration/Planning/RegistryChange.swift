/// One difference between the registry and what it shall be.
public struct RegistryChange: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable {
        case add, change, remove
    }

    public enum Kind: String, Hashable, Sendable {
        case audience, issuer, agent, policy
        case agentType = "agent_type"
    }

    public let action: Action
    public let kind: Kind
    public let id: String
    /// The members that change; empty when the record is added or removed.
    public let fields: [String]

    var json: JSONValue {
        [
            "action": .string(action.rawValue), "kind": .string(kind.rawValue), "id": .string(id),
            "fields": .array(fields.map { .string($0) }),
        ]
    }
}

/// What a document did to the registry, or would do.
public struct AppliedPlan: Hashable, Sendable {
    public let changes: [RegistryChange]
    /// Sentences about what is allowed and probably not meant.
    public let warnings: [String]
    /// False for a dry run.
    public let applied: Bool

    public var json: JSONValue {
        [
            "changes": .array(changes.map(\.json)), "applied": .bool(applied),
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}
