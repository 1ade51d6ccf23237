/// What policy and, where one was needed, a person decided: the token may be given, like this. Only what containment allows
/// is ever ruled on.
struct Ruling {
    /// What may be given of what was asked; never more.
    let authority: Authority
    /// The longest life, in seconds; nil when nothing shortens it.
    let longest: Int64?
    let decision: Decision
    /// The rule that made the decision, as the ledger names it.
    let rule: String
    let isElevated: Bool
    let rates: [RateUse]
    /// The approval that is used up.
    let approval: String?

    /// All of what was asked for, because containment allows it and nobody has anything to say.
    init(all asked: Authority) {
        authority = asked
        longest = nil
        decision = .allow
        rule = Self.containment
        isElevated = false
        rates = []
        approval = nil
    }

    /// Refuses what is allowed under a condition that cannot be met, or what nothing is left of. `approval` is what a person
    /// decided, when that was needed.
    init(on asked: Authority, _ verdict: PolicyVerdict, approval: ApprovalEntry?) throws(Refusal) {
        let rule = approval?.held.rule ?? verdict.deciding?.rule ?? Self.containment
        var limit: PolicyObligations = .none
        for condition in verdict.conditions { limit.addAllButScopes(of: condition.obligations) }
        if !limit.required.isEmpty {
            let asking = verdict.orderedConditions.first { !$0.obligations.required.isEmpty }
            throw .deniedByPolicy(asking?.rule ?? rule, Self.unbound)
        }
        let bounds = verdict.conditions.flatMap(\.obligations.narrowTo)
        let decided = approval?.decision
        if let seconds = approval?.held.lifetime { limit.maxLifetime = min(limit.maxLifetime ?? seconds, seconds) }
        if let seconds = decided?.lifetime { limit.maxLifetime = min(limit.maxLifetime ?? seconds, seconds) }
        var entries: [Authority.Entry] = []
        for entry in asked.entries {
            guard let left = entry.scopes.narrowed(to: bounds) else {
                throw .deniedByPolicy(Self.emptying(entry.scopes, verdict) ?? rule, Self.empty)
            }
            guard let given = left.narrowed(to: decided?.scopes.map { [$0] } ?? []) else {
                throw .deniedByPolicy(rule, Self.empty)
            }
            entries.append(Authority.Entry(audience: entry.audience, scopes: given))
        }
        guard let authority = Authority(entries) else { throw .unavailable(.registry) }
        self.authority = authority
        longest = limit.maxLifetime
        let isLimited = !verdict.conditions.isEmpty || decided?.scopes != nil || decided?.lifetime != nil
        decision = isLimited ? .allowWithConditions : .allow
        self.rule = rule
        isElevated = limit.isElevated
        rates = verdict.uses
        self.approval = approval?.id
    }

    /// The rule by which nothing is left of `scopes`.
    private static func emptying(_ scopes: ScopeSet, _ verdict: PolicyVerdict) -> String? {
        var left = scopes
        for condition in verdict.orderedConditions {
            guard let less = left.narrowed(to: condition.obligations.narrowTo) else { return condition.rule }
            left = less
        }
        return nil
    }

    /// The rule where no policy fired.
    static let containment = "containment"
    private static let unbound = PrintableText(
        "it requires a token that is bound to a key (DPoP), which is not offered")
    private static let empty = PrintableText("nothing is left of what was asked for")
}

/// Why a request waits for a person, and for whom.
public struct ApprovalNeed: Hashable, Sendable {
    /// The policy's id, what the engine calls its rule, or `delegation` when a delegator's constraints say so.
    public let rule: String
    /// `owner`, `principal` or names of people; empty: whoever may decide approvals.
    public let approvers: [Label]
    public let reason: PrintableText?

    public init(rule: String, approvers: [Label] = [], reason: PrintableText? = nil) {
        self.rule = rule
        self.approvers = approvers
        self.reason = reason
    }

    init(_ deciding: PolicyVerdict.Deciding) {
        rule = deciding.rule
        approvers = deciding.approvers
        reason = deciding.reason
    }

    /// Handing over something of a class that a delegator's constraints name in `approval_for`.
    init(handingOver scope: Scope, _ found: ScopeClass) {
        rule = Self.delegation
        approvers = []
        reason = PrintableText("handing over '\(scope)' (\(found.rawValue)) needs the approval of a person")
    }

    /// Why a held request was held.
    init(_ held: HeldRequest) {
        rule = held.rule
        approvers = held.approvers
        reason = held.reason
    }

    /// The rule that is no policy.
    static let delegation = "delegation"
}
