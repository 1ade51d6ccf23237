/// Gives agents client secrets and takes them away. Two are valid at a time, so that one can be rotated without a gap.
public struct ClientSecrets: Sendable {
    private let administration: any RegistryAdministration
    private let digests: any Digests
    private let random: @Sendable (Int) throws(Refusal) -> [UInt8]

    public static let maximumCount = 2

    public init(
        administration: any RegistryAdministration, digests: any Digests,
        random: @escaping @Sendable (Int) throws(Refusal) -> [UInt8]
    ) {
        self.administration = administration
        self.digests = digests
        self.random = random
    }

    /// A new secret, told once: only its SHA-256 is kept.
    public func issue(to id: AgentID, by operatorName: String) async throws(Problem) -> IssuedSecret {
        let secret = try freshSecret()
        let number = try await administration.changing { (editor) throws(Problem) in
            let entry = try editor.known(id)
            if entry.agent.status == .decommissioned {
                throw Problem(.conflict, "agent \(id) was decommissioned, which is for ever: it gets no secret")
            }
            if entry.secrets.count >= Self.maximumCount {
                let numbers = entry.secrets.map { String($0.number) }.joined(separator: " and ")
                throw Problem(.conflict, "agent \(id) has two secrets already, \(numbers): remove the older one first")
            }
            return try editor.addSecret(secret, to: entry.agent, by: operatorName)
        }
        return IssuedSecret(client: id, secret: secret.text, number: number)
    }

    /// The secret no longer authenticates anybody when this returns; tokens issued with it live on.
    public func remove(_ number: Int, of id: AgentID, by operatorName: String) async throws(Problem) {
        try await administration.changing { (editor) throws(Problem) in
            let entry = try editor.known(id)
            guard try editor.removeSecret(number, of: id) else {
                throw Problem(.notFound, "agent \(id) has no secret \(number)")
            }
            try editor.record(.agentSecretRevoked, .secret(number, of: id), of: entry.agent, by: operatorName)
        }
    }

    /// A secret that nobody has yet.
    func freshSecret() throws(Problem) -> FreshSecret {
        do {
            let text = "mnd_" + Base64URL.text(of: try random(32))
            return FreshSecret(text: text, hash: try digests.sha256(Array(text.utf8)))
        } catch {
            throw Problem(.unavailable, "no secret could be made (\(error.reason)): try again")
        }
    }
}

/// A secret, and what is kept of it.
struct FreshSecret: Sendable {
    let text: String
    let hash: [UInt8]
}

extension RegistryEditor {
    /// Gives an agent a secret and records it; the secret's number.
    func addSecret(_ secret: FreshSecret, to agent: Agent, by operatorName: String) throws(Problem) -> Int {
        let number = try addSecret(hash: secret.hash, to: agent.id)
        try record(.agentSecretIssued, .secret(number, of: agent.id), of: agent, by: operatorName)
        return number
    }
}

/// A client secret on its one way to the operator.
public struct IssuedSecret: Sendable {
    public let client: AgentID
    public let secret: String
    public let number: Int

    public var json: JSONValue {
        [
            "client_id": .string(client.rawValue), "client_secret": .string(secret), "n": .integer(Int64(number)),
        ]
    }
}

extension JSONValue {
    fileprivate static func secret(_ number: Int, of id: AgentID) -> JSONValue {
        ["id": .string(id.rawValue), "n": .integer(Int64(number))]
    }
}
