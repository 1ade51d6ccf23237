import MandateCore

extension Refusal {
    /// One fixed sentence a reason, with the caller's own value where there is one, and the mend.
    var sentence: String {
        switch self {
        case .malformedRequest(let malformation): malformation.sentence
        case .repeatedParameter(let name): "the parameter '\(name)' is given more than once"
        case .taskMissing(let audience?): "tokens for \(audience) need a task_id"
        case .taskMissing(nil): "a chain that a person starts needs a task_id"
        case .taskMismatch: "task_id is not the task of the presented token; leave it out"
        case .taskOfAnother:
            "this task is another principal's: use a task_id of your own, or ask an operator"
        case .subjectTokenInvalid: "the subject token cannot be used: check what it is, who signed it and for whom"
        case .subjectTokenExpired: "the subject token has expired; get another one"
        case .actorTokenInvalid:
            "the actor token must be this client's own access token for this service, not used before"
        case .presenterMismatch: "what was presented belongs to somebody else"
        case .chainRevoked: "the authority behind this request was revoked, or its task has ended"
        case .chainExpired: "the delegation behind this request has expired"
        case .ancestorInactive: "an agent on the chain is not active"
        case .notADelegate(let agent): "nothing may be handed over to '\(agent)' from here"
        case .depthExceeded(let depth):
            "the chain would have more than \(depth) agents, which one of them does not allow"
        case .cycle(let agent): "'\(agent)' is on the chain already: name another agent as requested_actor"
        case .retryDiffers:
            "this Idempotency-Key stands for another request, or for an answer that would be another now; use a fresh one"
        case .mayNotStartChains: "this client may not start chains for people"
        case .tooShortLived: "less than 5 seconds are left of the authority behind this request"
        case .clientAuthenticationFailed: "client authentication failed"
        case .grantNotAllowed(let grant): "this client is not registered for \(grant.rawValue)"
        case .unsupportedGrantType(let name):
            "the grant type '\(name)' is not supported; use client_credentials or token exchange"
        case .invalidAuthorizationDetails: "authorization_details are not supported; use scope"
        case .scopeMissing(let audience):
            "name a scope for \(audience): it has no default scopes, and none of the scopes named is for it"
        case .scopeMalformed(let word): "'\(word)' is not a scope: segments joined by ':', the first without '*'"
        case .scopeUnknown(let scope, let audience): "\(audience) has no scope that covers '\(scope)'"
        case .exceedsCapability(let scope, let audience):
            "the capabilities of an agent at \(audience) do not cover '\(scope)'"
        case .exceedsDelegation(let scope, let audience):
            "what was handed over at \(audience) does not cover '\(scope)'"
        case .exceedsClass(let scope, let most):
            "'\(scope)' does more than \(most.rawValue), the most that may be handed over here"
        case .deniedByPolicy(let rule, let why): "policy \(rule) denies this" + Self.because(why)
        case .approvalRequired(let waiting):
            "this needs the approval of a person (rule \(waiting.need.rule))" + Self.because(waiting.need.reason)
        case .approvalPending: "nobody has decided yet: ask again after the interval"
        case .approvalAskedTooSoon(let waiting):
            "asked too soon: wait \(waiting.interval) seconds between two questions"
        case .approvalDenied(_, let why): "a person denied this" + Self.because(why)
        case .approvalExpired: "nothing waits under this deferral code any more: ask anew for what is needed"
        case .audienceMissing: "name an audience or a resource: this client holds several"
        case .audienceUnknown(let text): "there is no audience '\(text)'"
        case .audienceNotHeld(let audience): "this client holds nothing at \(audience)"
        case .severalAudiences: "an access token is for one audience"
        case .tooManyWaiting:
            "\(ApprovalEntry.mostWaiting) requests of this client wait for a person already: have them decided first"
        case .quotaExceeded(let audience, let seconds):
            "this client has had its tokens for \(audience); it may have another in \(seconds) s"
        case .unavailable(.ledger): "the ledger cannot be written now; nothing was issued"
        case .unavailable(.registry): "the registry cannot be read now; nothing was issued"
        case .unavailable(.signingKey): "there is no active signing key; nothing was issued"
        case .unavailable(.cryptography): "the service cannot hash or draw random numbers now; nothing was issued"
        case .unavailable(.overloaded): "too many requests are waiting; try again"
        case .unavailable(.policyEngine):
            "the policy engine that decides on this cannot be asked now; nothing was issued"
        case .unavailable(.clockWentBackwards): "the clock went backwards; nothing is issued until it is right again"
        }
    }

    private static func because(_ reason: PrintableText?) -> String { reason.map { ": \($0.rawValue)" } ?? "" }
}

extension Refusal.Malformation {
    fileprivate var sentence: String {
        switch self {
        case .body: "the body is not a form, or a flat JSON object of strings, in UTF-8"
        case .tooManyParameters: "there are more than 64 parameters"
        case .notText(let parameter): "the parameter '\(parameter)' must be a string"
        case .grantTypeMissing: "grant_type is missing; use client_credentials or token exchange"
        case .severalAuthenticationMethods: "authenticate in one way: Basic, or client_secret in the body"
        case .clientIDsDiffer: "client_id differs from the client that authenticates"
        case .taskID: "task_id must be \(TaskID.grammar)"
        case .taskPurpose: "task_purpose must be \(TaskPurpose.grammar)"
        case .riskScore: "risk_score must be a whole number from 0 to 100"
        case .lifetime: "expires_in must be a number of seconds, 1 or more"
        case .requestedTokenType(let type): "the token type '\(type)' cannot be requested here"
        case .requestedActor:
            "requested_actor is an agent id, for delegation tokens and for starting a chain only"
        case .subjectToken: "token exchange needs subject_token and subject_token_type"
        case .subjectTokenOfExchange: "subject_token is for token exchange"
        case .subjectTokenType(let type): "a subject token of type '\(type)' is not taken here"
        case .actorToken: "actor_token and actor_token_type belong together, and to token exchange"
        case .delegationFromAccessToken: "an access token is exchanged for an access token only"
        case .completionMode(let mode): "completion_mode '\(mode)' is not known: leave it out, or write deferred"
        case .deferralCode: "name the deferral_code that the held request was answered with"
        case .retryKey: "Idempotency-Key must be 1 to 255 visible ASCII characters"
        case .tokenTooLarge: "the token would be larger than 16 KiB: ask for fewer scopes, or without the chain inline"
        case .tokenMissing: "the parameter token is missing"
        }
    }
}
