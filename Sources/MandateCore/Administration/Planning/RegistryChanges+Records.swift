extension RegistryChanges {
    /// A record as it is after the change.
    public struct Saved<Record: Sendable>: Sendable {
        public let record: Record
        public let isNew: Bool
        public let warnings: [String]
    }

    /// Registers an agent under an id that was never used.
    public func register(agent json: JSONValue, by operatorName: String) async throws(Problem) -> Saved<AgentEntry> {
        try await register(try AgentDefinition.read(json, at: .root), by: operatorName) { (_) throws(Problem) in }
    }

    /// The same, with `more` in the same transaction.
    func register(
        _ definition: AgentDefinition, by operatorName: String,
        then more: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Void
    ) async throws(Problem) -> Saved<AgentEntry> {
        try await save(definition.agent.id, by: operatorName, then: more) { (reader) throws(Problem) in
            if try reader.agent(definition.agent.id) != nil {
                throw Problem(
                    .conflict, field: "id",
                    "\(quoted(definition.agent.id.rawValue)) is registered already, or was: choose another id")
            }
            return definition
        }
    }

    /// Registers an agent, or replaces its record by `json`.
    public func replace(
        agent id: AgentID, by json: JSONValue, operator operatorName: String
    ) async throws(Problem) -> Saved<AgentEntry> {
        let definition = try AgentDefinition.read(try json.naming(id.rawValue), at: .root)
        return try await save(id, by: operatorName) { (_) throws(Problem) in definition }
    }

    /// Changes the members that `patch` names (RFC 7396).
    public func change(
        agent id: AgentID, by patch: JSONValue, operator operatorName: String
    ) async throws(Problem) -> Saved<AgentEntry> {
        let patch = try patch.naming(id.rawValue)
        // Before it is merged: an object of many members is merged slowly.
        try RecordBounds.check(patch, at: .root)
        return try await save(id, by: operatorName) { (reader) throws(Problem) in
            try AgentDefinition.read(try reader.known(id).agent.patchable.merging(patch), at: .root)
        }
    }

    private func save(
        _ id: AgentID, by operatorName: String,
        then more: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Void = { (_) throws(Problem) in },
        _ definition: @escaping @Sendable (any RegistryReader) throws(Problem) -> AgentDefinition
    ) async throws(Problem) -> Saved<AgentEntry> {
        try await carryOut(by: operatorName) { (reader) throws(Problem) in
            try RegistryPlan(RegistryDocument(agents: [try definition(reader)]), prune: false, over: reader)
        } then: { (editor) throws(Problem) in
            try more(editor)
        } answer: { (reader, plan) throws(Problem) in
            Saved(record: try reader.known(id), isNew: plan.addsRecord, warnings: plan.warnings)
        }
    }

    /// Defines an agent type, or replaces its record by `json`.
    public func replace(
        type id: AgentTypeID, by json: JSONValue, operator operatorName: String
    ) async throws(Problem) -> Saved<AgentType> {
        let document = RegistryDocument(types: [try .read(try json.naming(id.rawValue), at: .root)])
        return try await carryOut(by: operatorName) { (reader) throws(Problem) in
            try RegistryPlan(document, prune: false, over: reader)
        } answer: { (reader, plan) throws(Problem) in
            Saved(record: try reader.known(id), isNew: plan.addsRecord, warnings: plan.warnings)
        }
    }

    /// Defines an audience, or replaces its record by `json`.
    public func replace(
        audience id: AudienceID, by json: JSONValue, operator operatorName: String
    ) async throws(Problem) -> Saved<Audience> {
        let document = RegistryDocument(audiences: [try .read(try json.naming(id.rawValue), at: .root)])
        return try await carryOut(by: operatorName) { (reader) throws(Problem) in
            try RegistryPlan(document, prune: false, over: reader)
        } answer: { (reader, plan) throws(Problem) in
            Saved(record: try reader.known(id), isNew: plan.addsRecord, warnings: plan.warnings)
        }
    }

    /// Trusts an issuer, or replaces its record by `json`.
    public func replace(
        issuer: Label, by json: JSONValue, operator operatorName: String
    ) async throws(Problem) -> Saved<TrustedIssuer> {
        let document = RegistryDocument(
            issuers: [try .read(try json.naming(issuer.rawValue, as: "issuer"), at: .root)])
        try issuers.check(document)
        return try await carryOut(by: operatorName) { (reader) throws(Problem) in
            try RegistryPlan(document, prune: false, over: reader)
        } answer: { (reader, plan) throws(Problem) in
            Saved(record: try reader.known(issuer: issuer), isNew: plan.addsRecord, warnings: plan.warnings)
        }
    }
}

extension RegistryPlan {
    fileprivate var addsRecord: Bool { changes.contains { $0.action == .add } }
}

extension Agent {
    /// The definition without the status of a decommissioned agent, which cannot be written: the rules refuse it later.
    fileprivate var patchable: JSONValue {
        .object((definition.members ?? []).filter { $0.name != "status" })
    }
}

extension JSONValue {
    /// A body whose `name`, when it has one, is the id it was sent to.
    fileprivate func naming(_ id: String, as name: String = "id") throws(Problem) -> JSONValue {
        guard let members else {
            throw Problem(.invalid, "the body must be an object with named members, not \(kind)")
        }
        guard let given = self[name], given != .null else {
            return .object([JSONMember(name: name, value: .string(id))] + members.filter { $0.name != name })
        }
        guard given == .string(id) else {
            throw Problem(
                .invalid, field: name, "must be \(quoted(id)) as in the path, or left out: it never changes")
        }
        return self
    }

    /// RFC 7396 §2, with the members of this object first.
    func merging(_ patch: JSONValue) -> JSONValue {
        guard let changes = patch.members else { return patch }
        var merged = members ?? []
        for change in changes {
            let index = merged.firstIndex { $0.name.hasSameBytes(as: change.name) }
            if change.value == .null {
                if let index { merged.remove(at: index) }
                continue
            }
            let before = index.map { merged[$0].value } ?? .null
            let member = JSONMember(name: change.name, value: before.merging(change.value))
            if let index { merged[index] = member } else { merged.append(member) }
        }
        return .object(merged)
    }
}
