import MandateCore
import MandateTesting

/// The registry's entries that most tests start from.
enum Sample {
    static let reader = AgentID(checked: "agent-reader")
    static let writer = AgentID(checked: "agent-writer")
    static let inventory = AudienceID(checked: "cloud-inventory-api")
    static let authority = Authority([.init(audience: inventory, scopes: scopes("ec2:Describe*", "s3:ListBuckets"))])!
    static let constraints = DelegationConstraints(to: [], maxChainDepth: 3, maxClass: .read)
    static let type = AgentType(
        id: AgentTypeID(checked: "inventory-reader"), capabilities: authority, delegation: constraints)

    static func scopes(_ names: String...) -> ScopeSet { ScopeSet(names.compactMap { Scope($0) })! }

    static func agent(_ id: AgentID, status: AgentStatus = .active) -> Agent {
        Agent(id: id, type: type.id, owner: Label(checked: "alice@company.com"), status: status)
    }

    static func audience(_ id: String, resource: String? = nil) -> Audience {
        Audience(
            id: AudienceID(checked: id), resource: resource.flatMap { ResourceURI($0) },
            catalogue: Catalogue([.init(name: "ec2:Describe*", scopeClass: .read)])!)
    }

    static func key(_ letter: String, _ state: KeyState, at created: Instant) -> KeyEntry {
        KeyEntry(
            id: KeyID(checked: String(repeating: letter, count: 43)), algorithm: .es256, state: state,
            createdAt: created, publicKey: ["kid": .string(letter), "kty": "EC"])
    }
}

extension LedgerEntry {
    /// A record that gives nothing to anybody, told apart by `request`.
    static func refusal(_ request: String, at now: Instant) -> LedgerEntry {
        var record = LedgerRecord(at: now, event: .tokenRefused)
        record.requestID = request
        record.decision = .deny
        return LedgerEntry(record, effect: .none)
    }

    /// A token of `agent`, told apart by `request`.
    static func token(
        _ request: String, of agent: Agent = Sample.agent(Sample.reader), link: Int64, under epoch: Epoch,
        at now: Instant, livingFor seconds: Int64 = 900
    ) -> LedgerEntry {
        var record = LedgerRecord(at: now, event: .tokenIssued)
        record.requestID = request
        record.agent = agent
        record.decision = .allow
        record.expiry = now.advanced(bySeconds: seconds)
        return LedgerEntry(
            record, effect: .token(judgedUnder: epoch, link: link, expiry: now.advanced(bySeconds: seconds)))
    }
}
