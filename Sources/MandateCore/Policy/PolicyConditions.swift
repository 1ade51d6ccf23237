/// When a policy fires: all of what it says must hold. What it does not say holds for every request.
public struct PolicyConditions: Hashable, Sendable {
    public var agents: Set<AgentID>?
    public var types: Set<AgentTypeID>?
    public var teams: Set<Label>?
    public var environments: Set<Label>?
    public var audiences: Set<AudienceID>?
    public var scopes: ScopeSet?
    public var classes: Set<ScopeClass>?
    public var sensitivity: Set<Label>?
    public var within: WeeklyWindow?
    public var outside: WeeklyWindow?
    /// Fires for a chain of more agents than this.
    public var depthOver: Int64?
    public var rateOver: RateLimit?
    /// Whether the agent's environment and the audience's must differ, or must not.
    public var crossDomain: Bool?
    public var principals: Set<Label>?
    /// Whether no person must have started the chain, or one must have.
    public var autonomous: Bool?
    /// Fires when the agent was attested longer ago than this many seconds, or never.
    public var attestedOver: Int64?
    /// Fires for a risk of more than this, 0 to 100.
    public var riskOver: Int64?
    public var grants: Set<PolicyGrant>?

    public init() {}
}

/// How a request asks for authority, as policies name it: the OAuth grant, or one of the four exchanges.
public enum PolicyGrant: String, Hashable, Sendable, CaseIterable {
    case clientCredentials = "client_credentials"
    case tokenExchange = "token_exchange"
    case start
    case handOver = "hand_over"
    case redeem
    case passOn = "pass_on"

    /// Whether a policy that names this grant means a request of `other`.
    func includes(_ other: PolicyGrant) -> Bool {
        switch self {
        case .tokenExchange:
            switch other {
            case .tokenExchange, .start, .handOver, .redeem, .passOn: true
            case .clientCredentials: false
            }
        case .clientCredentials, .start, .handOver, .redeem, .passOn: self == other
        }
    }
}

/// More tokens than this in any stretch of this length: a sliding window.
public struct RateLimit: Hashable, Sendable {
    public let count: Int64
    /// Seconds.
    public let period: Int64
    public let by: By

    /// Whose tokens are counted together.
    public enum By: String, Hashable, Sendable, CaseIterable {
        case agent, type, team, owner, principal, audience, task
        /// Everything that the policy's other conditions hold for.
        case all
    }

    public init(count: Int64, period: Int64, by: By) {
        self.count = count
        self.period = period
        self.by = by
    }
}

/// Hours of a week in one time zone, half-open: `from` is in it, `to` is not. One that ends before it begins goes on after
/// midnight and belongs to the day it began on.
public struct WeeklyWindow: Hashable, Sendable {
    public let days: Set<Weekday>
    /// Minutes after midnight, 0 to 1439.
    public let from: Int64
    /// Minutes after midnight, 1 to 1440.
    public let to: Int64
    /// An IANA name such as `America/New_York`.
    public let zone: Label

    public init(days: Set<Weekday>, from: Int64, to: Int64, zone: Label) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
    }
}

/// A day of the week.
public enum Weekday: String, Hashable, Sendable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun
}
