/// A request to the token endpoint (RFC 6749 §4.4.2), typed: what could not be parsed is already refused, except the
/// scope, whose turn comes after the client is known.
public struct TokenRequest: Hashable, Sendable {
    public let credential: ClientCredential
    public let grant: Grant
    public let targets: [Target]
    public let scope: ScopeSet.Reading
    public let task: TaskID?
    public let purpose: TaskPurpose?
    /// `expires_in`: the longest life the caller wants, in seconds, 1 or more.
    public let lifetime: Int64?
    public let hasAuthorizationDetails: Bool
    /// The address the request came from, for the record only.
    public let address: String

    public enum Grant: Hashable, Sendable {
        case clientCredentials
        case unsupported(String)
    }

    /// An `audience` or `resource` parameter, as text.
    public enum Target: Hashable, Sendable {
        case audience(String)
        case resource(String)
    }

    public init(
        credential: ClientCredential, grant: Grant, targets: [Target], scope: ScopeSet.Reading, task: TaskID? = nil,
        purpose: TaskPurpose? = nil, lifetime: Int64? = nil, hasAuthorizationDetails: Bool = false, address: String
    ) {
        self.credential = credential
        self.grant = grant
        self.targets = targets
        self.scope = scope
        self.task = task
        self.purpose = purpose
        self.lifetime = lifetime
        self.hasAuthorizationDetails = hasAuthorizationDetails
        self.address = address
    }
}

/// How a client proves who it is. Exactly one a request.
public enum ClientCredential: Hashable, Sendable {
    case secret(client: AgentID, secret: [UInt8], method: SecretMethod)
    /// None was sent, or one that no registered client can have.
    case unusable(basic: Bool)

    /// RFC 6749 §2.3.1.
    public enum SecretMethod: String, Hashable, Sendable {
        case basic = "client_secret_basic"
        case post = "client_secret_post"
    }

    /// Whether HTTP Basic was tried, so that the refusal must name the scheme (RFC 6749 §5.2).
    public var triedBasic: Bool {
        switch self {
        case .secret(_, _, let method): method == .basic
        case .unusable(let basic): basic
        }
    }

    /// The client that is claimed, proven or not.
    public var claimedClient: AgentID? {
        switch self {
        case .secret(let client, _, _): client
        case .unusable: nil
        }
    }
}
