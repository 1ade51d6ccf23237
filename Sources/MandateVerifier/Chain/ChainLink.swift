import MandateCore
import MandateJOSE

/// One hand-over as a stranger reads it: sixteen members, all present, nothing else (`Link` in MandateCore makes it).
public struct ChainLink: Hashable, Sendable {
    public let issuer: String
    public let chain: String
    public let depth: Int
    public let parent: ChainHash?
    /// The token minted at this hop; nil for a registration.
    public let tokenID: String?
    /// When that token was made, to the millisecond.
    public let birth: Instant?
    public let delegator: String
    public let delegate: AgentID
    /// The member `principal` as it stands.
    public let principal: JSONValue
    public let authority: Authority
    public let task: TaskID?
    public let issuedAt: Instant
    /// Nil for a registration only.
    public let expiry: Instant?
    /// The thumbprint of the key that the delegate must prove.
    public let confirmation: String?
    /// Of exactly this link.
    public let hash: ChainHash
    /// The link as it was hashed.
    public let json: JSONValue

    /// Whether the link is a registration, which serves every task.
    public var isRegistration: Bool { tokenID == nil }

    private static let names = [
        "approval", "authority", "chain", "cnf", "delegate", "delegator", "depth", "exp", "iat", "iss", "jti", "parent",
        "policy", "principal", "task", "v",
    ]

    init(_ json: JSONValue) throws(ChainFailure) {
        guard let members = json.members, members.map(\.name).sorted() == Self.names else {
            throw .malformed("a link has other members than the sixteen of its kind")
        }
        guard json["v"] == 1 else { throw .malformed("a link is of another version") }
        issuer = try Self.required(json, "iss", Self.text)
        chain = try Self.required(json, "chain", Self.text)
        depth = try Self.required(json, "depth") { value in value.integer.flatMap { depth in Int(exactly: depth) } }
        parent = try Self.optional(json, "parent") { value in value.string.flatMap { text in ChainHash(text: text) } }
        let name = try Self.optional(json, "jti", TokenClaims.tokenID)
        tokenID = name?.text
        birth = name?.time
        delegator = try Self.required(json, "delegator", Self.text)
        delegate = try Self.required(json, "delegate") { value in value.string.flatMap { text in AgentID(text) } }
        principal = try Self.required(json, "principal", Self.principal)
        authority = try Self.required(json, "authority", Self.authority)
        task = try Self.optional(json, "task") { value in value.string.flatMap { text in TaskID(text) } }
        issuedAt = try Self.required(json, "iat", TokenClaims.instant)
        expiry = try Self.optional(json, "exp", TokenClaims.instant)
        _ = try Self.required(json, "policy", Self.text)
        _ = try Self.optional(json, "approval", Self.text)
        confirmation = try Self.optional(json, "cnf", Self.text)
        self.json = json
        do throws(Refusal) {
            hash = try ChainHash(ofLink: json.canonical, hashing: OpenSSLDigests())
        } catch {
            throw .malformed("a link cannot be hashed")
        }
        guard isRegistration == (expiry == nil) else {
            throw .malformed("a link has no end although it is no registration, or a registration has one")
        }
    }

    private static func required<Value>(
        _ json: JSONValue, _ name: String, _ read: (JSONValue) -> Value?
    ) throws(ChainFailure) -> Value {
        guard let member = json[name], let value = read(member) else {
            throw .malformed("\(name) of a link is not what it must be")
        }
        return value
    }

    private static func optional<Value>(
        _ json: JSONValue, _ name: String, _ read: (JSONValue) -> Value?
    ) throws(ChainFailure) -> Value? {
        json[name] == .null ? nil : try required(json, name, read)
    }

    private static func text(_ json: JSONValue) -> String? {
        guard let text = json.string, !text.isEmpty else { return nil }
        return text
    }

    /// `{"owner": …}` or `{"iss": …, "sub": …}`.
    private static func principal(_ json: JSONValue) -> JSONValue? {
        guard let members = json.members, members.allSatisfy({ text($0.value) != nil }) else { return nil }
        return [["owner"], ["iss", "sub"]].contains(members.map(\.name).sorted()) ? json : nil
    }

    /// Audience → scopes; only the canonical spelling is what was hashed, so no other is read.
    private static func authority(_ json: JSONValue) -> Authority? {
        guard let members = json.members else { return nil }
        let entries = members.compactMap { member -> Authority.Entry? in
            guard let audience = AudienceID(member.name), let scopes = TokenClaims.scopes(listed: member.value)
            else { return nil }
            return Authority.Entry(audience: audience, scopes: scopes)
        }
        guard entries.count == members.count, let authority = Authority(entries),
            authority.json.canonical == json.canonical
        else { return nil }
        return authority
    }
}
