/// What one policy said to an explained request.
struct PolicyTrace {
    let policy: Policy
    let fired: Bool
    /// The first condition that did not hold, of the first of those it speaks to, the holder before the client; nil when
    /// it fired.
    let unmet: PolicyCondition?
    /// What it counts, and how many there were.
    let counters: [(counter: RateCounter, tokens: Int64)]
    let zones: [Label]
}

extension PolicySet {
    /// Every policy that speaks to whom the request concerns, asked as a request is judged.
    func trace(of question: PolicyQuestion, counting counts: some RateCounts) throws(Refusal) -> [PolicyTrace] {
        var traces: [PolicyTrace] = []
        for rule in rules {
            var (fired, unmet): (Bool, PolicyCondition?) = (false, nil)
            var uses: [RateUse] = []
            let subjects = question.subjects.filter { rule.policy.layer.concerns($0.agent) }
            for subject in subjects {
                if try rule.fires(for: question, subject, counting: counts, &uses) {
                    fired = true
                } else {
                    unmet = unmet ?? rule.firstUnmet(of: question, for: subject) ?? .rateOver
                }
            }
            if subjects.isEmpty { continue }
            var counters: [(counter: RateCounter, tokens: Int64)] = []
            for use in uses where !counters.contains(where: { $0.counter == use.counter }) {
                counters.append((use.counter, try counts.tokens(countedBy: use.counter, at: question.now)))
            }
            traces.append(
                PolicyTrace(
                    policy: rule.policy, fired: fired, unmet: fired ? nil : unmet, counters: counters, zones: rule.zones
                ))
        }
        return traces
    }
}
