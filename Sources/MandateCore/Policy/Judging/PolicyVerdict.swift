/// What the policies, and the engine if one was asked, say to one request: all that fired taken together.
struct PolicyVerdict {
    /// The rule that made the decision.
    struct Deciding {
        let effect: PolicyEffect
        /// The policy's id, or what the engine calls its rule.
        let rule: String
        let approvers: [Label]
        let reason: PrintableText?
        fileprivate let rank: Int

        init(_ policy: Policy) {
            effect = policy.effect
            rule = policy.id.rawValue
            approvers = policy.approvers
            reason = policy.reason
            rank = policy.layer.rank
        }

        init(_ decision: EngineDecision) {
            effect = decision.effect
            rule = decision.rule.rawValue
            approvers = []
            reason = decision.reason
            rank = PolicyLayer.ranks
        }
    }

    /// What one rule allows a request under.
    struct Condition {
        let rule: String
        let obligations: PolicyObligations
        fileprivate let rank: Int
    }

    /// Nil when none fired: containment alone decides.
    private(set) var deciding: Deciding?
    /// What must be put up with, by the rules that ask for it, in the order in which they were asked.
    private(set) var conditions: [Condition] = []
    /// The counters that the token, if there is one, counts towards.
    private(set) var uses: [RateUse] = []

    var effect: PolicyEffect { deciding?.effect ?? .allow }

    /// The conditions in the order in which their rules are named: the widest layer first, and then by id.
    var orderedConditions: [Condition] {
        conditions.sorted { left, right in
            left.rank != right.rank
                ? left.rank < right.rank : left.rule.utf8.lexicographicallyPrecedes(right.rule.utf8)
        }
    }

    /// Asks a rule about a request, for one of those whom the request concerns.
    mutating func ask(
        _ rule: PolicyRule, about question: PolicyQuestion, for subject: Registration, counting counts: some RateCounts
    ) throws(Refusal) {
        guard try rule.fires(for: question, subject, counting: counts, &uses) else { return }
        add(rule.deciding, rule.obligations)
    }

    mutating func add(_ decision: EngineDecision) { add(Deciding(decision), decision.obligations) }

    /// A token counts once towards a counter, however many of those whom it concerns are counted there.
    mutating func countOnce() {
        var seen: Set<RateCounter> = []
        uses = uses.filter { seen.insert($0.counter).inserted }
    }

    private mutating func add(_ found: Deciding, _ obligations: PolicyObligations) {
        if found.effect == .allowWithConditions, obligations != .none {
            conditions.append(Condition(rule: found.rule, obligations: obligations, rank: found.rank))
        }
        guard let deciding else {
            self.deciding = found
            return
        }
        if found.decides(before: deciding) { self.deciding = found }
    }
}

extension PolicyVerdict.Deciding {
    /// The strictest is named; of several the one of the widest layer, and then the first by its id.
    fileprivate func decides(before other: Self) -> Bool {
        if effect != other.effect { return effect > other.effect }
        if rank != other.rank { return rank < other.rank }
        return rule.utf8.lexicographicallyPrecedes(other.rule.utf8)
    }
}
