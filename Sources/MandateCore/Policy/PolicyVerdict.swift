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
    }

    /// Nil when none fired: containment alone decides.
    private(set) var deciding: Deciding?
    private(set) var obligations = PolicyObligations.none
    /// Every policy that fired, for whoever asks why.
    private(set) var fired: [Policy] = []
    /// The counters that the token, if there is one, counts towards.
    private(set) var uses: [RateUse] = []

    var effect: PolicyEffect { deciding?.effect ?? .allow }

    mutating func add(_ policy: Policy) {
        guard !fired.contains(where: { $0.id == policy.id }) else { return }
        fired.append(policy)
        add(
            Deciding(
                effect: policy.effect, rule: policy.id.rawValue, approvers: policy.approvers, reason: policy.reason,
                rank: policy.layer.rank), policy.obligations)
    }

    mutating func add(_ decision: EngineDecision) {
        add(
            Deciding(
                effect: decision.effect, rule: decision.rule.rawValue, approvers: [], reason: decision.reason,
                rank: PolicyLayer.ranks), decision.obligations)
    }

    mutating func count(_ use: RateUse) {
        guard !uses.contains(where: { $0.counter == use.counter }) else { return }
        uses.append(use)
    }

    private mutating func add(_ found: Deciding, _ obligations: PolicyObligations) {
        if found.effect == .allowWithConditions { self.obligations.add(obligations) }
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
