/// One hand-over: who gave what to whom, until when, for which task.
///
/// A link is a JSON object with exactly the members of ``json``; its canonical form (RFC 8785) is what is hashed, stored
/// and shown, byte for byte.
public struct Link: Hashable, Sendable {
    public let issuer: Issuer
    public let chain: ChainID
    /// 1 for the first agent, then one more for each.
    public let depth: Int
    public let parent: ChainHash?
    /// The token minted at this hop; nil for a registration.
    public let tokenID: String?
    /// The principal's name at depth 1, the delegating agent's id afterwards.
    public let delegator: String
    public let delegate: AgentID
    public let principal: Principal
    public let authority: Authority
    public let task: TaskID?
    public let issuedAt: Instant
    public let expiry: Instant?
    public let policy: PolicyDigest
    /// The approval that let a person's decision into the chain; nil when none was needed.
    public let approval: String?

    public init(
        issuer: Issuer, chain: ChainID, depth: Int, parent: ChainHash?, tokenID: String?, delegator: String,
        delegate: AgentID, principal: Principal, authority: Authority, task: TaskID?, issuedAt: Instant,
        expiry: Instant?, policy: PolicyDigest, approval: String? = nil
    ) {
        self.issuer = issuer
        self.chain = chain
        self.depth = depth
        self.parent = parent
        self.tokenID = tokenID
        self.delegator = delegator
        self.delegate = delegate
        self.principal = principal
        self.authority = authority
        self.task = task
        self.issuedAt = issuedAt
        self.expiry = expiry
        self.policy = policy
        self.approval = approval
    }

    /// The link that a registration makes: the owner hands the agent its capabilities.
    public static func registration(
        of agent: Agent, capabilities: Authority, issuer: Issuer, chain: ChainID, policy: PolicyDigest,
        approval: String? = nil, at now: Instant
    ) -> Link {
        Link(
            issuer: issuer, chain: chain, depth: 1, parent: nil, tokenID: nil, delegator: agent.owner.rawValue,
            delegate: agent.id, principal: .owner(agent.owner), authority: capabilities, task: nil, issuedAt: now,
            expiry: nil, policy: policy, approval: approval)
    }

    /// ``json`` in canonical form: what is hashed, stored and shown. Written by hand, because every hand-over pays for it.
    public var document: [UInt8] {
        var writer = JSONWriter(capacity: 768)
        writer.raw("{\"approval\":")
        writer.text(approval)
        writer.raw(",\"authority\":")
        writer.authority(authority)
        writer.raw(",\"chain\":")
        writer.string(chain.rawValue)
        writer.raw(",\"cnf\":null,\"delegate\":")
        writer.string(delegate.rawValue)
        writer.raw(",\"delegator\":")
        writer.string(delegator)
        writer.raw(",\"depth\":")
        writer.integer(Int64(depth))
        writer.raw(",\"exp\":")
        if let expiry { writer.integer(expiry.seconds) } else { writer.raw("null") }
        writer.raw(",\"iat\":")
        writer.integer(issuedAt.seconds)
        writer.raw(",\"iss\":")
        writer.string(issuer.rawValue)
        writer.raw(",\"jti\":")
        writer.text(tokenID)
        writer.raw(",\"parent\":")
        writer.text(parent?.text)
        writer.raw(",\"policy\":")
        writer.string(policy.text)
        writer.raw(",\"principal\":")
        writer.value(principal.json)
        writer.raw(",\"task\":")
        writer.text(task?.rawValue)
        writer.raw(",\"v\":1}")
        return writer.bytes
    }

    /// The members of a link, all present; `null` where empty.
    public var json: JSONValue {
        [
            "v": 1,
            "iss": .string(issuer.rawValue),
            "chain": .string(chain.rawValue),
            "depth": .integer(Int64(depth)),
            "parent": parent.map { .string($0.text) } ?? .null,
            "jti": tokenID.map { .string($0) } ?? .null,
            "delegator": .string(delegator),
            "delegate": .string(delegate.rawValue),
            "principal": principal.json,
            "authority": authority.json,
            "task": task.map { .string($0.rawValue) } ?? .null,
            "iat": .integer(issuedAt.seconds),
            "exp": expiry.map { .integer($0.seconds) } ?? .null,
            "policy": .string(policy.text),
            "approval": approval.map { .string($0) } ?? .null,
            "cnf": .null,
        ]
    }
}

extension Link {
    /// The link that ``json`` wrote, or nil when anything is not as written there. The name of a person is not in the
    /// link itself but the delegator of the first one: `person` is that, for all that follow.
    init?(json: JSONValue, person: Label?) {
        guard json.members?.count == 16, json["v"] == 1, json["cnf"] == .null,
            json["approval"] == .null || json["approval"]?.string.flatMap({ UUIDv7(text: $0) }) != nil,
            let issuer = json["iss"]?.string.flatMap({ Issuer($0) }),
            let chain = json["chain"]?.string.flatMap({ ChainID(text: $0) }),
            let depth = json["depth"]?.integer.flatMap({ Int(exactly: $0) }),
            let delegator = json["delegator"]?.string,
            let delegate = json["delegate"]?.string.flatMap({ AgentID($0) }),
            let name = person ?? Label(delegator),
            let principal = json["principal"].flatMap({ Principal(json: $0, name: name) }),
            let authority = json["authority"].flatMap({ Authority(json: $0) }),
            let issuedAt = json["iat"]?.integer, let policy = json["policy"]?.string
        else { return nil }
        self.init(
            issuer: issuer, chain: chain, depth: depth, parent: json["parent"]?.string.flatMap { ChainHash(text: $0) },
            tokenID: json["jti"]?.string, delegator: delegator, delegate: delegate, principal: principal,
            authority: authority, task: json["task"]?.string.flatMap { TaskID($0) },
            issuedAt: Instant(seconds: issuedAt), expiry: json["exp"]?.integer.map { Instant(seconds: $0) },
            policy: PolicyDigest(stored: policy), approval: json["approval"]?.string)
        // What was dropped on the way would be missing here.
        guard document == json.canonical else { return nil }
    }
}

/// A link as the store keeps it: its canonical bytes and their hash.
public struct StoredLink: Hashable, Sendable {
    /// The store's own number for the link.
    public let number: Int64
    public let hash: ChainHash
    /// The canonical JSON that was hashed.
    public let document: [UInt8]

    public init(number: Int64, hash: ChainHash, document: [UInt8]) {
        self.number = number
        self.hash = hash
        self.document = document
    }

    /// The policies in force when the link was made. Looked for in the bytes, which are canonical: a quote inside a string is
    /// escaped there, and no other member of that name has a string.
    var policy: PolicyDigest? {
        let marker = Array(",\"policy\":\"".utf8)
        guard document.count > marker.count else { return nil }
        for start in 0..<(document.count - marker.count)
        where document[start] == marker[0] && document[start...].starts(with: marker) {
            let value = document[(start + marker.count)...].prefix { $0 != UInt8(ascii: "\"") }
            return PolicyDigest(stored: String(decoding: value, as: UTF8.self))
        }
        return nil
    }
}
