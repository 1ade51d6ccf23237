/// Stops and resumes agents and types. What a suspension cut off, and all below it, stays dead after the resumption; new
/// requests work.
public struct AgentLifecycle: Sendable {
    private let administration: any RegistryAdministration

    public init(administration: any RegistryAdministration) {
        self.administration = administration
    }

    /// Nothing more is issued to the agent when this returns. What is out lives on with verifiers that ask nobody, at most
    /// until the latest expiry in the answer.
    public func suspend(
        _ id: AgentID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await change(id, to: .suspended, because: reason, by: operatorName)
    }

    public func resume(
        _ id: AgentID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await change(id, to: .active, because: reason, by: operatorName)
    }

    /// As a suspension, for ever: the id is never used again.
    public func decommission(
        _ id: AgentID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await change(id, to: .decommissioned, because: reason, by: operatorName)
    }

    /// Writes down how, by what and when it was proven that the agent is what its record says. What it may do stays as it
    /// is.
    public func attest(
        _ id: AgentID, by body: JSONValue, operator operatorName: String
    ) async throws(Problem) -> Attestation {
        try await administration.changing { (editor) throws(Problem) in
            let attestation = try Attestation.read(body, by: operatorName, at: editor.now)
            let agent = try editor.known(id).agent
            if agent.status == .decommissioned {
                throw Problem(
                    .conflict, "agent \(id) was decommissioned, which is for ever: there is nothing to attest")
            }
            try editor.save(attestation, of: id)
            let members = (attestation.json.members ?? []).filter { $0.name != "by" && $0.name != "at" }
            let change = JSONValue.object([JSONMember(name: "id", value: .string(id.rawValue))] + members)
            try editor.record(.agentAttested, change, of: agent, by: operatorName)
            return attestation
        }
    }

    /// Suspends every agent of a type at once, whatever its own status.
    public func suspend(
        _ id: AgentTypeID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await change(id, to: .suspended, because: reason, by: operatorName)
    }

    public func resume(
        _ id: AgentTypeID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await change(id, to: .active, because: reason, by: operatorName)
    }

    private func change(
        _ id: AgentID, to status: AgentStatus, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            try editor.change(try editor.known(id).agent, to: status, because: reason, by: operatorName)
        }
    }

    private func change(
        _ id: AgentTypeID, to status: RegistryStatus, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            try editor.change(try editor.known(id), to: status, because: reason, by: operatorName)
        }
    }
}

extension RegistryReader {
    /// The agent with this id, or the problem that there is none.
    public func known(_ id: AgentID) throws(Problem) -> AgentEntry {
        guard let entry = try agent(id) else { throw Problem(.notFound, "there is no agent \(quoted(id.rawValue))") }
        return entry
    }

    public func known(_ id: AgentTypeID) throws(Problem) -> AgentType {
        guard let type = try type(id) else { throw Problem(.notFound, "there is no agent type \(quoted(id.rawValue))") }
        return type
    }

    public func known(_ id: AudienceID) throws(Problem) -> Audience {
        guard let audience = try audience(id) else {
            throw Problem(.notFound, "there is no audience \(quoted(id.rawValue))")
        }
        return audience
    }

    public func known(issuer: Label) throws(Problem) -> TrustedIssuer {
        guard let found = try self.issuer(issuer) else {
            throw Problem(.notFound, "there is no trusted issuer \(quoted(issuer.rawValue))")
        }
        return found
    }
}
