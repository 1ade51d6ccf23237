import MandateCore

extension Refusal {
    /// One fixed sentence a reason, with the caller's own value where there is one, and the mend.
    var sentence: String {
        switch self {
        case .malformedRequest(let malformation): malformation.sentence
        case .repeatedParameter(let name): "the parameter '\(name)' is given more than once"
        case .taskMissing(let audience): "tokens for \(audience) need a task_id"
        case .tooShortLived: "less than 5 seconds are left of the authority behind this request"
        case .clientAuthenticationFailed: "client authentication failed"
        case .grantNotAllowed(let grant): "this client is not registered for \(grant.rawValue)"
        case .unsupportedGrantType(let name): "the grant type '\(name)' is not supported; use client_credentials"
        case .invalidAuthorizationDetails: "authorization_details are not supported; use scope"
        case .scopeMissing(let audience): "name a scope: \(audience) has no default scopes"
        case .scopeMalformed(let word): "'\(word)' is not a scope: segments joined by ':', the first without '*'"
        case .scopeUnknown(let scope, let audience): "\(audience) has no scope that covers '\(scope)'"
        case .exceedsCapability(let scope, let audience):
            "this agent's capabilities at \(audience) do not cover '\(scope)'"
        case .audienceMissing: "name an audience or a resource: this client holds several"
        case .audienceUnknown(let text): "there is no audience '\(text)'"
        case .audienceNotHeld(let audience): "this client holds nothing at \(audience)"
        case .severalAudiences: "an access token is for one audience"
        case .unavailable(.ledger): "the ledger cannot be written now; nothing was issued"
        case .unavailable(.registry): "the registry cannot be read now; nothing was issued"
        case .unavailable(.signingKey): "there is no active signing key; nothing was issued"
        case .unavailable(.cryptography): "the service cannot hash or draw random numbers now; nothing was issued"
        case .unavailable(.overloaded): "too many requests are waiting; try again"
        case .unavailable(.clockWentBackwards): "the clock went backwards; nothing is issued until it is right again"
        }
    }
}

extension Refusal.Malformation {
    fileprivate var sentence: String {
        switch self {
        case .body: "the body is not a form, or a flat JSON object of strings, in UTF-8"
        case .tooManyParameters: "there are more than 64 parameters"
        case .notText(let parameter): "the parameter '\(parameter)' must be a string"
        case .grantTypeMissing: "grant_type is missing; use client_credentials"
        case .severalAuthenticationMethods: "authenticate in one way: Basic, or client_secret in the body"
        case .clientIDsDiffer: "client_id differs from the client that authenticates"
        case .taskID: "task_id must be \(TaskID.grammar)"
        case .taskPurpose: "task_purpose must be \(TaskPurpose.grammar)"
        case .lifetime: "expires_in must be a number of seconds, 1 or more"
        case .requestedTokenType(let type): "the token type '\(type)' cannot be requested here"
        case .requestedActor: "requested_actor is for delegation tokens"
        case .actorToken: "actor_token is for token exchange"
        }
    }
}
