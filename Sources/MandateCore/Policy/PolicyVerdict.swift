/// What the policies say to one request, all that fired taken together.
struct PolicyVerdict {
    /// Nil when none fired: containment alone decides.
    private(set) var policy: Policy?
    private(set) var obligations = PolicyObligations.none
    /// Every policy that fired, for whoever asks why.
    private(set) var fired: [Policy] = []
    /// The counters that the token, if there is one, counts towards.
    private(set) var uses: [RateUse] = []

    var effect: PolicyEffect { policy?.effect ?? .allow }

    mutating func add(_ fired: Policy) {
        guard !self.fired.contains(where: { $0.id == fired.id }) else { return }
        self.fired.append(fired)
        if fired.effect == .allowWithConditions { obligations.add(fired.obligations) }
        guard let policy else {
            self.policy = fired
            return
        }
        if fired.decides(before: policy) { self.policy = fired }
    }

    mutating func count(_ use: RateUse) {
        guard !uses.contains(where: { $0.counter == use.counter }) else { return }
        uses.append(use)
    }
}

extension Policy {
    /// The strictest policy is named; of several the one of the widest layer, and then the first by its id.
    fileprivate func decides(before other: Policy) -> Bool {
        if effect != other.effect { return effect > other.effect }
        if layer.rank != other.layer.rank { return layer.rank < other.layer.rank }
        return id < other.id
    }
}
