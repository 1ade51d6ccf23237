/// A policy ready to be asked: its conditions one after the other, the cheap ones first, its windows with their zones. A
/// class, because every request passes by all of them and copying one would cost more than asking it.
final class PolicyRule: Sendable {
    let policy: Policy
    /// What it says when it fires, and what it asks for then.
    let deciding: PolicyVerdict.Deciding
    let obligations: PolicyObligations
    private let general: [GeneralCondition]
    private let local: [LocalCondition]
    /// The hours, which cost more than the rest.
    private let late: [GeneralCondition]
    /// Whether more than one of them must hold for the same scope.
    private let isOfOneScope: Bool
    let rate: RateLimit?
    /// What the names of its counters begin with.
    private let counterStart: String

    /// Nil when a zone is not known.
    init?(_ policy: Policy, zones: any TimeZones) {
        let when = policy.when
        func zoned(_ window: WeeklyWindow) -> ZonedWindow? {
            zones.rules(of: window.zone).map { ZonedWindow(window, $0) }
        }
        let (within, outside) = (when.within.flatMap(zoned), when.outside.flatMap(zoned))
        guard (within == nil) == (when.within == nil), (outside == nil) == (when.outside == nil) else { return nil }
        let general: [GeneralCondition?] = [
            when.agents.map { .agents(NameList($0)) }, when.types.map { .types(NameList($0)) },
            when.teams.map { .teams(NameList($0)) }, when.environments.map { .environments(NameList($0)) },
            when.grants.map { grants in
                .grant(OneOf(PolicyGrant.allCases.filter { grant in grants.contains { $0.includes(grant) } }))
            }, when.depthOver.map { .depthOver($0) },
            when.principals.map { .principal(NameList($0)) }, when.autonomous.map { .autonomous($0) },
            when.riskOver.map { .riskOver($0) }, when.attestedOver.map { .attestedOver($0) },
        ]
        let late: [GeneralCondition?] = [within.map { .within($0) }, outside.map { .outside($0) }]
        let local: [LocalCondition?] = [
            when.audiences.map { .audiences(NameList($0)) }, when.crossDomain.map { .crossDomain($0) },
            when.scopes.map { .scopes($0) }, when.classes.map { .classes(OneOf($0)) },
            when.sensitivity.map { .sensitivity(NameList($0)) },
        ]
        self.policy = policy
        deciding = PolicyVerdict.Deciding(policy)
        obligations = policy.obligations
        self.general = general.compactMap { $0 }
        self.local = local.compactMap { $0 }
        isOfOneScope = self.local.count(where: \.isOfScope) > 1
        self.late = late.compactMap { $0 }
        rate = when.rateOver
        counterStart = when.rateOver.map { RateCounter.start(of: policy.id, $0) } ?? ""
    }

    /// Asks it about a request, for one of those whom the request concerns: whether it fires. What a token counts towards is
    /// added to `uses`.
    func fires(
        for question: PolicyQuestion, _ subject: Registration, counting counts: some RateCounts, _ uses: inout [RateUse]
    ) throws(Refusal) -> Bool {
        for index in general.indices where !general[index].holds(for: question, subject) { return false }
        if !local.isEmpty, !question.targets.contains(where: { holds(for: $0, subject) }) { return false }
        for index in late.indices where !late[index].holds(for: question, subject) { return false }
        guard let rate else { return true }
        let first = uses.count
        if rate.by == .audience {
            for target in question.targets where holds(for: target, subject) {
                uses.append(use(target.audience.id.rawValue, rate))
            }
        } else {
            uses.append(use(value(of: rate.by, question, subject), rate))
        }
        var isOver = false
        for use in uses[first...] where try counts.tokens(countedBy: use.counter, at: question.now) >= rate.count {
            isOver = true
        }
        // What was decided does not change with what is counted meanwhile.
        if isOver {
            for index in first..<uses.count { uses[index] = RateUse(counter: uses[index].counter, limit: nil) }
        }
        return isOver
    }

    private func holds(for target: PolicyQuestion.Target, _ subject: Registration) -> Bool {
        for index in local.indices where !local[index].mayHold(for: target, subject) { return false }
        return !isOfOneScope || reach(in: target, for: subject) == local.count
    }

    /// The first condition that does not hold, but for the rate; nil when all do.
    func firstUnmet(of question: PolicyQuestion, for subject: Registration) -> PolicyCondition? {
        if let unmet = general.first(where: { !$0.holds(for: question, subject) }) { return unmet.name }
        let furthest = question.targets.map { reach(in: $0, for: subject) }.max() ?? 0
        if furthest < local.count { return local[furthest].name }
        return late.first { !$0.holds(for: question, subject) }?.name
    }

    /// How many of the local conditions one scope meets before the first that it does not: of several scopes the furthest.
    private func reach(in target: PolicyQuestion.Target, for subject: Registration) -> Int {
        var furthest = 0
        for scope in target.scopes.scopes.indices {
            var reached = 0
            while reached < local.count, local[reached].holds(for: scope, of: target, subject) { reached += 1 }
            furthest = max(furthest, reached)
            if furthest == local.count { break }
        }
        return furthest
    }

    private func use(_ value: String, _ limit: RateLimit) -> RateUse {
        RateUse(counter: RateCounter(counterStart, value, limit), limit: limit.count)
    }

    /// Whose tokens are counted together. What has no value counts together.
    private func value(of by: RateLimit.By, _ question: PolicyQuestion, _ subject: Registration) -> String {
        switch by {
        case .agent: subject.agent.id.rawValue
        case .type: subject.agent.type.rawValue
        case .team: subject.agent.team?.rawValue ?? ""
        case .owner: subject.agent.owner.rawValue
        case .principal: question.principal.name.rawValue
        case .task: question.task?.rawValue ?? ""
        case .all, .audience: ""
        }
    }

    /// Whether it is asked of requests to `audience` at all.
    func concerns(_ audience: AudienceID) -> Bool { policy.when.audiences?.contains(audience) ?? true }

    /// The clocks that it looks at.
    var zones: [Label] { [policy.when.within?.zone, policy.when.outside?.zone].compactMap { $0 } }
}

extension PolicyLayer {
    /// Whether a policy of this layer speaks to the agent.
    func concerns(_ agent: Agent) -> Bool {
        switch self {
        case .global: true
        case .team(let team): agent.team == team
        case .type(let type): agent.type == type
        case .agent(let id): agent.id == id
        }
    }
}
