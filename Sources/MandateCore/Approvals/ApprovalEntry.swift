/// A request that waits, or waited, for a person.
public struct ApprovalEntry: Hashable, Sendable {
    /// A UUIDv7.
    public let id: String
    public let status: Status
    public let client: AgentID
    /// The SHA-256 of all that the approval is bound to.
    public let binding: [UInt8]
    public let createdAt: Instant
    /// Nobody can decide, or fetch a token, from then on.
    public let expiresAt: Instant
    public let held: HeldRequest
    public let decision: ApprovalDecision?
    public let usedAt: Instant?
    /// What was issued.
    public let claims: [UInt8]?

    public enum Status: String, Hashable, Sendable, CaseIterable {
        case pending, approved, denied, used, expired
    }

    /// How long a request waits, in seconds.
    public static let lifetime: Int64 = 3600
    /// How long there is at least to fetch what was approved, in seconds.
    public static let grace: Int64 = 600
    /// How long the answer can be fetched again, in seconds.
    public static let window: Int64 = 120
    /// How many requests of one client wait at most: no person looks at more, and nobody fills the disk with them.
    public static let mostWaiting: Int64 = 64
    /// How long a client waits between two questions, in seconds.
    public static let interval: Int64 = 5

    public init(
        id: String, status: Status, client: AgentID, binding: [UInt8], createdAt: Instant, expiresAt: Instant,
        held: HeldRequest, decision: ApprovalDecision? = nil, usedAt: Instant? = nil, claims: [UInt8]? = nil
    ) {
        self.id = id
        self.status = status
        self.client = client
        self.binding = binding
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.held = held
        self.decision = decision
        self.usedAt = usedAt
        self.claims = claims
    }

    /// What it is worth at `now`: what was not decided or fetched in time is expired.
    public func status(at now: Instant) -> Status {
        switch status {
        case .pending, .approved: now < expiresAt ? status : .expired
        case .denied, .used, .expired: status
        }
    }

    /// Whether what was issued may be fetched again.
    func isFetchable(at now: Instant) -> Bool {
        guard status == .used, let usedAt else { return false }
        return now < usedAt.advanced(bySeconds: Self.window)
    }

    /// Whether what a retry was given before was given under this approval: it is given again, and nobody is asked again.
    func gave(_ before: IssuedBefore?) -> Bool {
        guard status == .used, let claims, let before else { return false }
        return claims == before.claims
    }

    /// Whether the same request is still this one: it waits, may be fetched, or was denied and would be asked again.
    func stands(at now: Instant) -> Bool {
        switch status {
        case .pending, .approved, .denied: now < expiresAt
        case .used: isFetchable(at: now)
        case .expired: false
        }
    }
}

/// What a person decided.
public struct ApprovalDecision: Hashable, Sendable {
    public let by: String
    public let at: Instant
    public let reason: PrintableText?
    /// What is approved of the scopes; nil for all.
    public let scopes: ScopeSet?
    /// The longest life approved, in seconds; nil for what was asked.
    public let lifetime: Int64?

    public init(
        by name: String, at now: Instant, reason: PrintableText? = nil, scopes: ScopeSet? = nil, lifetime: Int64? = nil
    ) {
        by = name
        at = now
        self.reason = reason
        self.scopes = scopes
        self.lifetime = lifetime
    }

    /// What is stored and shown.
    public var json: JSONValue {
        [
            "by": .string(by), "at": .time(at), "reason": .text(reason?.rawValue),
            "scope": .text(scopes?.description), "expires_in": lifetime.map { .integer($0) } ?? .null,
        ]
    }

    /// The decision that ``json`` wrote, or nil.
    public init?(json: JSONValue) {
        guard let by = json["by"]?.string, let at = json["at"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
            return nil
        }
        var scopes: ScopeSet?
        if let text = json["scope"]?.string {
            guard case .scopes(let set) = ScopeSet.reading(text) else { return nil }
            scopes = set
        }
        self.init(
            by: by, at: at, reason: json["reason"]?.string.flatMap { PrintableText($0) }, scopes: scopes,
            lifetime: json["expires_in"]?.integer)
    }
}

/// A request that begins to wait.
public struct NewApproval: Hashable, Sendable {
    public let id: String
    public let client: AgentID
    public let binding: [UInt8]
    public let createdAt: Instant
    public let held: HeldRequest
    /// The request is no longer held under other policies than these.
    public let epoch: Epoch

    /// Until when it waits.
    public var expiresAt: Instant { createdAt.advanced(bySeconds: ApprovalEntry.lifetime) }
}

/// That an approval is used up by a token.
public struct ApprovalUse: Hashable, Sendable {
    public let id: String
    /// To be signed again for whoever lost the answer.
    public let claims: [UInt8]
}
