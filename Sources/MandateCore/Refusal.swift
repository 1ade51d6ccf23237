/// Every reason the service says no. The only error that crosses a module border on the way of a token.
///
/// ``reason`` is the stable code a client, the ledger and the log see; OAuth's words for it are chosen in one place,
/// at the edge.
public enum Refusal: Error, Hashable, Sendable {
    case malformedRequest(Malformation)
    case repeatedParameter(String)
    case taskMissing(AudienceID)
    case tooShortLived
    case clientAuthenticationFailed
    case grantNotAllowed(GrantKind)
    case unsupportedGrantType(String)
    case invalidAuthorizationDetails
    case scopeMissing(AudienceID)
    case scopeMalformed(String)
    case scopeUnknown(Scope, AudienceID)
    case exceedsCapability(Scope, AudienceID)
    case audienceMissing
    case audienceUnknown(String)
    case audienceNotHeld(AudienceID)
    case severalAudiences
    case unavailable(Unavailability)

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
        case actorToken
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
    }

    /// The stable code.
    public var reason: String {
        switch self {
        case .malformedRequest: "malformed_request"
        case .repeatedParameter: "repeated_parameter"
        case .taskMissing: "task_missing"
        case .tooShortLived: "too_short_lived"
        case .clientAuthenticationFailed: "client_authentication_failed"
        case .grantNotAllowed: "grant_not_allowed"
        case .unsupportedGrantType: "unsupported_grant_type"
        case .invalidAuthorizationDetails: "invalid_authorization_details"
        case .scopeMissing: "scope_missing"
        case .scopeMalformed: "scope_malformed"
        case .scopeUnknown: "scope_unknown"
        case .exceedsCapability: "exceeds_capability"
        case .audienceMissing: "audience_missing"
        case .audienceUnknown: "audience_unknown"
        case .audienceNotHeld: "audience_not_held"
        case .severalAudiences: "several_audiences"
        case .unavailable(.ledger): "ledger_unavailable"
        case .unavailable(.registry), .unavailable(.signingKey), .unavailable(.cryptography): "registry_unavailable"
        case .unavailable(.overloaded): "overloaded"
        case .unavailable(.clockWentBackwards): "clock_went_backwards"
        }
    }

    /// The check that made the decision, as the ledger names it.
    public var rule: String {
        switch self {
        case .malformedRequest, .repeatedParameter, .unsupportedGrantType, .invalidAuthorizationDetails: "request"
        case .clientAuthenticationFailed: "authentication"
        case .grantNotAllowed: "grant"
        case .audienceMissing, .audienceUnknown, .audienceNotHeld, .severalAudiences: "target"
        case .scopeMissing, .scopeMalformed, .scopeUnknown: "catalogue"
        case .exceedsCapability: "containment"
        case .taskMissing: "task"
        case .tooShortLived: "lifetime"
        case .unavailable: "availability"
        }
    }
}
