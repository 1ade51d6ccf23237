/// A request to the token endpoint (RFC 6749 §4.4.2, RFC 8693 §2.1), typed: what could not be parsed is already refused,
/// except the scope, whose turn comes after the client is known. A class, because it is passed along and never changes.
public final class TokenRequest: Sendable {
    public let credential: ClientCredential
    public let grant: Grant
    /// What is asked for: an access token or a delegation token.
    public let wanted: Wanted
    public let targets: [Target]
    public let scope: ScopeSet.Reading
    public let task: TaskID?
    public let purpose: TaskPurpose?
    /// `requested_actor`: the agent to whom a delegation token is handed.
    public let requestedActor: AgentID?
    /// `expires_in`: the longest life the caller wants, in seconds, 1 or more.
    public let lifetime: Int64?
    public let hasAuthorizationDetails: Bool
    /// `completion_mode=deferred`: the client would wait for a person, and ask again.
    public let mayBeDeferred: Bool
    /// `risk_score`: how unusual the caller finds the request, 0 to 100. Whether that counts is known with the client.
    public let reportedRisk: Int64?
    /// Of a request that may be repeated; nil when each one is a request of its own.
    public let retry: RetryKey?
    /// The address the request came from, for the record only.
    public let address: String

    public enum Grant: Hashable, Sendable {
        case clientCredentials
        case tokenExchange(TokenExchange)
        /// The answer to a request that was held back is asked for, by its deferral code.
        case deferred(code: String)
        /// That request itself, as it was kept for the approval.
        indirect case held(ApprovalEntry)
        case unsupported(String)
    }

    /// `requested_token_type`.
    public enum Wanted: String, Hashable, Sendable {
        case accessToken = "access_token"
        case delegation
    }

    /// An `audience` or `resource` parameter, as text.
    public enum Target: Hashable, Sendable {
        case audience(String)
        case resource(String)
    }

    public init(
        credential: ClientCredential, grant: Grant, wanted: Wanted = .accessToken, targets: [Target],
        scope: ScopeSet.Reading, task: TaskID? = nil, purpose: TaskPurpose? = nil, requestedActor: AgentID? = nil,
        lifetime: Int64? = nil, hasAuthorizationDetails: Bool = false, mayBeDeferred: Bool = false,
        reportedRisk: Int64? = nil, retry: RetryKey? = nil, address: String
    ) {
        self.credential = credential
        self.grant = grant
        self.wanted = wanted
        self.targets = targets
        self.scope = scope
        self.task = task
        self.purpose = purpose
        self.requestedActor = requestedActor
        self.lifetime = lifetime
        self.hasAuthorizationDetails = hasAuthorizationDetails
        self.mayBeDeferred = mayBeDeferred
        self.reportedRisk = reportedRisk
        self.retry = retry
        self.address = address
    }
}

extension TokenRequest: Hashable {
    public static func == (left: TokenRequest, right: TokenRequest) -> Bool {
        left.credential == right.credential && left.grant == right.grant && left.wanted == right.wanted
            && left.targets == right.targets && left.scope == right.scope && left.task == right.task
            && left.purpose == right.purpose && left.requestedActor == right.requestedActor
            && left.lifetime == right.lifetime && left.hasAuthorizationDetails == right.hasAuthorizationDetails
            && left.mayBeDeferred == right.mayBeDeferred && left.reportedRisk == right.reportedRisk
            && left.retry == right.retry && left.address == right.address
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(credential)
        hasher.combine(grant)
    }
}

/// The tokens of a token exchange (RFC 8693 §2.1).
public struct TokenExchange: Hashable, Sendable {
    public let subject: PresentedToken
    public let actor: PresentedToken?

    public init(subject: PresentedToken, actor: PresentedToken? = nil) {
        self.subject = subject
        self.actor = actor
    }
}

/// A token as a request presents it; nothing of it is proven.
public struct PresentedToken: Hashable, Sendable {
    public let text: [UInt8]
    public let type: Kind

    /// `subject_token_type` and `actor_token_type` (RFC 8693 §3).
    public enum Kind: Hashable, Sendable {
        case accessToken, idToken, jwt, delegation
    }

    public init(text: [UInt8], type: Kind) {
        self.text = text
        self.type = type
    }
}

/// The `Idempotency-Key` of a request and the SHA-256 of its body: the same again within ten minutes is a retry.
public struct RetryKey: Hashable, Sendable {
    public let text: String
    public let body: [UInt8]

    /// How long a key is remembered, in seconds.
    public static let lifetime: Int64 = 600

    public init(text: String, body: [UInt8]) {
        self.text = text
        self.body = body
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
