/// Every reason the service says no. The only error that crosses a module border on the way of a token.
///
/// ``reason`` is the stable code a client, the ledger and the log see; OAuth's words for it are chosen in one place,
/// at the edge.
public enum Refusal: Error, Hashable, Sendable {
    case malformedRequest(Malformation)
    case repeatedParameter(String)
    /// Nil when the chain itself needs one.
    case taskMissing(AudienceID?)
    case taskMismatch
    /// The task belongs to another principal.
    case taskOfAnother
    case subjectTokenInvalid
    case subjectTokenExpired
    case actorTokenInvalid
    case presenterMismatch
    case chainRevoked
    case chainExpired
    case ancestorInactive
    case notADelegate(AgentID)
    case depthExceeded(Int)
    case cycle(AgentID)
    case tooShortLived
    /// The same `Idempotency-Key` with another body.
    case retryDiffers
    case clientAuthenticationFailed
    case grantNotAllowed(GrantKind)
    case mayNotStartChains
    case unsupportedGrantType(String)
    case invalidAuthorizationDetails
    case scopeMissing(AudienceID)
    case scopeMalformed(String)
    case scopeUnknown(Scope, AudienceID)
    case exceedsCapability(Scope, AudienceID)
    case exceedsDelegation(Scope, AudienceID)
    case exceedsClass(Scope, ScopeClass)
    /// By a policy or an engine's rule of this name.
    case deniedByPolicy(String, PrintableText?)
    /// A person has to decide; the request waits.
    indirect case approvalRequired(Waiting)
    /// Asked for again, and nobody has decided yet.
    indirect case approvalPending(Waiting)
    /// Asked for again too soon.
    indirect case approvalAskedTooSoon(Waiting)
    case approvalDenied(id: String, PrintableText?)
    /// Nobody decided, or nobody fetched the answer, in time; or there never was such a request of this client.
    case approvalExpired
    case audienceMissing
    case audienceUnknown(String)
    case audienceNotHeld(AudienceID)
    case severalAudiences
    /// The client has used up its quota at the audience; in so many seconds it may ask again.
    case quotaExceeded(AudienceID, retryAfter: Int64)
    /// As many requests of the client as may wait for a person do.
    case tooManyWaiting
    case unavailable(Unavailability)

    /// A request that waits for a person.
    public struct Waiting: Hashable, Sendable {
        /// The approval's id.
        public let id: String
        public let need: ApprovalNeed
        /// To ask again with; nil for a client that does not wait.
        public let code: String?
        /// Seconds between two questions, and until it is too late.
        public let interval: Int64
        public let expiresIn: Int64

        public init(id: String, need: ApprovalNeed, code: String?, interval: Int64, expiresIn: Int64) {
            self.id = id
            self.need = need
            self.code = code
            self.interval = interval
            self.expiresIn = expiresIn
        }
    }

    /// What was wrong with a request that could not be understood.
    public enum Malformation: Hashable, Sendable {
        case body
        case tooManyParameters
        case notText(parameter: String)
        case grantTypeMissing
        case severalAuthenticationMethods
        case clientIDsDiffer
        case taskID
        case taskPurpose
        case lifetime
        case requestedTokenType(String)
        case requestedActor
        case subjectToken
        /// A subject token with another grant than token exchange.
        case subjectTokenOfExchange
        /// No `token` to introspect or revoke.
        case tokenMissing
        case subjectTokenType(String)
        case actorToken
        /// A delegation token in exchange for an access token.
        case delegationFromAccessToken
        case retryKey
        /// A `completion_mode` that is not known.
        case completionMode(String)
        case deferralCode
        case riskScore
        /// More would be in the token than anybody reads.
        case tokenTooLarge
    }

    /// Why the service cannot answer now. Nothing is issued and nothing is changed.
    public enum Unavailability: Hashable, Sendable {
        case ledger
        case registry
        case signingKey
        /// Hashing or randomness failed.
        case cryptography
        case overloaded
        case clockWentBackwards
        /// The external policy engine gave no usable answer.
        case policyEngine
    }

    /// The stable code.
    public var reason: String {
        switch self {
        case .malformedRequest: "malformed_request"
        case .repeatedParameter: "repeated_parameter"
        case .taskMissing: "task_missing"
        case .taskMismatch, .taskOfAnother: "task_mismatch"
        case .subjectTokenInvalid: "subject_token_invalid"
        case .subjectTokenExpired: "subject_token_expired"
        case .actorTokenInvalid: "actor_token_invalid"
        case .presenterMismatch: "presenter_mismatch"
        case .chainRevoked: "chain_revoked"
        case .chainExpired: "chain_expired"
        case .ancestorInactive: "ancestor_inactive"
        case .notADelegate: "not_a_delegate"
        case .depthExceeded: "depth_exceeded"
        case .cycle: "cycle"
        case .tooShortLived: "too_short_lived"
        case .retryDiffers: "idempotency_key_reused"
        case .clientAuthenticationFailed: "client_authentication_failed"
        case .grantNotAllowed, .mayNotStartChains: "grant_not_allowed"
        case .unsupportedGrantType: "unsupported_grant_type"
        case .invalidAuthorizationDetails: "invalid_authorization_details"
        case .scopeMissing: "scope_missing"
        case .scopeMalformed: "scope_malformed"
        case .scopeUnknown: "scope_unknown"
        case .exceedsCapability: "exceeds_capability"
        case .exceedsDelegation: "exceeds_delegation"
        case .exceedsClass: "exceeds_class"
        case .deniedByPolicy: "denied_by_policy"
        case .approvalRequired: "approval_required"
        case .approvalPending: "approval_pending"
        case .approvalAskedTooSoon: "slow_down"
        case .approvalDenied: "approval_denied"
        case .approvalExpired: "approval_expired"
        case .audienceMissing: "audience_missing"
        case .audienceUnknown: "audience_unknown"
        case .audienceNotHeld: "audience_not_held"
        case .severalAudiences: "several_audiences"
        case .quotaExceeded, .tooManyWaiting: "quota_exceeded"
        case .unavailable(.ledger): "ledger_unavailable"
        case .unavailable(.registry), .unavailable(.signingKey), .unavailable(.cryptography): "registry_unavailable"
        case .unavailable(.overloaded): "overloaded"
        case .unavailable(.clockWentBackwards): "clock_went_backwards"
        case .unavailable(.policyEngine): "policy_engine_unavailable"
        }
    }

    /// The check that made the decision, as the ledger names it.
    public var rule: String {
        switch self {
        case .malformedRequest, .repeatedParameter, .unsupportedGrantType, .invalidAuthorizationDetails, .retryDiffers:
            "request"
        case .clientAuthenticationFailed: "authentication"
        case .grantNotAllowed, .mayNotStartChains: "grant"
        case .subjectTokenInvalid, .subjectTokenExpired, .actorTokenInvalid, .presenterMismatch: "presented_token"
        case .chainRevoked, .chainExpired, .ancestorInactive, .taskMismatch, .taskOfAnother: "chain"
        case .notADelegate, .depthExceeded, .cycle, .exceedsClass: "delegation"
        case .deniedByPolicy(let rule, _): rule
        case .approvalRequired(let waiting), .approvalPending(let waiting), .approvalAskedTooSoon(let waiting):
            waiting.need.rule
        case .approvalDenied, .approvalExpired: "approval"
        case .audienceMissing, .audienceUnknown, .audienceNotHeld, .severalAudiences: "target"
        case .scopeMissing, .scopeMalformed, .scopeUnknown: "catalogue"
        case .exceedsCapability, .exceedsDelegation: "containment"
        case .taskMissing: "task"
        case .tooShortLived: "lifetime"
        case .tooManyWaiting: "approval"
        case .quotaExceeded: "quota"
        case .unavailable: "availability"
        }
    }
}
