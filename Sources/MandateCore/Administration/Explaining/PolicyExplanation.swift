/// What would become of a request, by which rule, and what was looked at. Nothing was issued, written or counted.
public struct PolicyExplanation: Sendable {
    /// All that policies see of a request, as far as it was found out before somebody refused.
    struct Inputs {
        let request: ExplainedRequest
        let now: Instant
        var client: Registration?
        var holder: Registration?
        var principal: Principal?
        var targets: [PolicyQuestion.Target] = []
        var risk = Risk.none
    }

    /// What would be decided.
    enum Outcome {
        /// The authority that would be given, and for how many seconds.
        case given(Ruling, lifetime: Int64)
        case waiting(ApprovalNeed)
        case refused(Refusal)
    }

    /// Which policies it was judged by; the number is missing for a set that is only proposed.
    public struct Judged: Hashable, Sendable {
        public let version: Int64?
        public let digest: PolicyDigest
    }

    let outcome: Outcome
    let judged: Judged
    let inputJSON: JSONValue
    /// What must be put up with, by the rules that ask for it.
    let conditions: [PolicyVerdict.Condition]
    /// Every policy that speaks to whom the request concerns; none when it was refused before they were asked.
    let policies: [PolicyTrace]
    /// Whether the engine would be asked before a token were given, or a person asked.
    let asksEngine: Bool

    var decision: Decision {
        switch outcome {
        case .given(let ruling, _): ruling.decision
        case .waiting: .requireApproval
        case .refused: .deny
        }
    }

    /// The rule that decides, as the ledger would name it.
    var rule: String {
        switch outcome {
        case .given(let ruling, _): ruling.rule
        case .waiting(let need): need.rule
        case .refused(let refusal): refusal.rule
        }
    }

    /// The stable code of the refusal; nil when a token would be given.
    var reason: String? {
        switch outcome {
        case .given: nil
        case .waiting: "approval_required"
        case .refused(let refusal): refusal.reason
        }
    }

    /// More of why, for a person.
    var detail: String? {
        switch outcome {
        case .given: nil
        case .waiting(let need): need.reason?.rawValue
        case .refused(let refusal): refusal.explained
        }
    }
}

extension Refusal {
    /// What it is about, in the cases that an explanation comes to.
    fileprivate var explained: String? {
        switch self {
        case .clientAuthenticationFailed: "there is no such agent, or it is not active"
        case .grantNotAllowed(let grant): "the agent is not registered for \(grant.rawValue)"
        case .mayNotStartChains: "the agent may not start chains"
        case .chainRevoked: "the principal is revoked, or the task has ended"
        case .taskMissing(let audience): audience.map { "\($0) requires a task" } ?? "a task is needed"
        case .taskOfAnother: "the task is for another principal"
        case .notADelegate(let agent): "\(agent) is no active agent that this may be handed to"
        case .depthExceeded(let limit): "a chain through one of the agents may have \(limit) at most"
        case .cycle(let agent): "\(agent) is on the chain already"
        case .audienceMissing: "the agent holds several audiences, or none: name one"
        case .audienceUnknown(let text): "there is no audience \(text), or it is suspended"
        case .audienceNotHeld(let audience): "the agent holds nothing at \(audience)"
        case .severalAudiences: "an access token is for one audience"
        case .scopeMissing(let audience): "no scope for \(audience) is asked for, and it has no defaults"
        case .scopeMalformed(let word): "\(quoted(word)) is no scope"
        case .scopeUnknown(let scope, let audience): "\(audience) does not know \(scope)"
        case .exceedsCapability(let scope, let audience), .exceedsDelegation(let scope, let audience):
            "\(scope) at \(audience) is more than an agent on the chain holds"
        case .exceedsClass(let scope, let most): "\(scope) is above \(most.rawValue), the most that may be handed over"
        case .deniedByPolicy(_, let reason): reason?.rawValue
        case .tooShortLived: "what it depends on ends too soon"
        case .malformedRequest, .repeatedParameter, .taskMismatch, .subjectTokenInvalid, .subjectTokenExpired,
            .actorTokenInvalid, .presenterMismatch, .chainRevoked, .chainExpired, .ancestorInactive, .retryDiffers,
            .clientAuthenticationFailed, .grantNotAllowed, .mayNotStartChains, .unsupportedGrantType,
            .invalidAuthorizationDetails, .approvalRequired, .approvalPending, .approvalAskedTooSoon, .approvalDenied,
            .approvalExpired, .quotaExceeded, .tooManyWaiting, .unavailable:
            nil
        }
    }
}
