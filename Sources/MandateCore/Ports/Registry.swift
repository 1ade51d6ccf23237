/// The registry as one event loop reads it.
public protocol Registry {
    /// Runs `body` on one consistent view: everything read in it is of one moment, the moment its epoch names.
    func reading<Answer>(_ body: (any RegistryView) -> Answer) throws(Refusal) -> Answer
}

/// The questions an issuance asks.
public protocol RegistryView {
    /// The epoch of this view: raised by every change of registry, policies and keys.
    var epoch: Epoch { get }
    /// The digest of the policy set in force.
    var policy: PolicyDigest { get }
    /// What a client may prove itself with; nil for an unknown client.
    func secrets(of client: AgentID) throws(Refusal) -> SecretHashes?
    func registration(of agent: AgentID) throws(Refusal) -> Registration?
    func audience(_ id: AudienceID) throws(Refusal) -> Audience?
    func audience(at resource: ResourceURI) throws(Refusal) -> Audience?
    /// The record of the issuer whose `iss` is exactly this; nil when it is not trusted.
    func trustedIssuer(_ issuer: Label) throws(Refusal) -> TrustedIssuer?
    /// The key that signs with `algorithm` now.
    func activeKey(for algorithm: SignatureAlgorithm) throws(Refusal) -> KeyID?
    /// The public members of every key that verifiers must find (RFC 7517 §5), oldest first.
    func publishedKeys() throws(Refusal) -> [JSONValue]
}

/// A number that every change of registry, policies and keys raises.
public struct Epoch: Hashable, Sendable {
    public let number: Int64
    public init(_ number: Int64) { self.number = number }
}

/// The SHA-256 hashes of a client's secrets, at most two: the current one and, during a rotation, its successor.
public struct SecretHashes: Hashable, Sendable {
    public let first: [UInt8]?
    public let second: [UInt8]?

    public init(first: [UInt8]?, second: [UInt8]?) {
        self.first = first
        self.second = second
    }
}
