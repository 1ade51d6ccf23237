/// A policy ready to be asked: its conditions one after the other, the cheap ones first, its windows with their zones. A
/// class, because every request passes by all of them and copying one would cost more than asking it.
final class PolicyRule: Sendable {
    let policy: Policy
    private let general: [GeneralCondition]
    private let local: [LocalCondition]
    private let rate: RateLimit?
    /// What the names of its counters begin with.
    private let counterStart: String

    /// What comes of asking it.
    enum Answer {
        /// The first condition that did not hold.
        case unmet(PolicyCondition)
        /// It fires; a token counts towards these.
        case fires([RateUse])
        /// All holds, but there were not too many yet; a token counts towards these.
        case withinRate([RateUse])
    }

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
            when.grants.map { .grant($0) }, when.depthOver.map { .depthOver($0) },
            when.principals.map { .principal(NameList($0)) }, when.autonomous.map { .autonomous($0) },
            when.riskOver.map { .riskOver($0) }, when.attestedOver.map { .attestedOver($0) },
            within.map { .within($0) }, outside.map { .outside($0) },
        ]
        let local: [LocalCondition?] = [
            when.audiences.map { .audiences(NameList($0)) }, when.crossDomain.map { .crossDomain($0) },
            when.scopes.map { .scopes($0) }, when.classes.map { .classes($0) },
            when.sensitivity.map { .sensitivity(NameList($0)) },
        ]
        self.policy = policy
        self.general = general.compactMap { $0 }
        self.local = local.compactMap { $0 }
        rate = when.rateOver
        counterStart = when.rateOver.map { RateCounter.start(of: policy.id, $0) } ?? ""
    }

    /// Asks it about a request, for one of those whom the request concerns.
    func answer(
        to question: PolicyQuestion, for subject: Registration, counting counts: some RateCounts
    ) throws(Refusal) -> Answer {
        for condition in general where !condition.holds(for: question, subject) { return .unmet(condition.name) }
        var targets = question.targets
        if !local.isEmpty {
            var furthest = 0
            targets = []
            for target in question.targets {
                let reached = reach(in: target, for: subject)
                if reached == local.count { targets.append(target) } else { furthest = max(furthest, reached) }
            }
            if targets.isEmpty { return .unmet(local[furthest].name) }
        }
        guard let rate else { return .fires([]) }
        let counters = counters(rate, targets, question, for: subject)
        var isOver = false
        for counter in counters where try counts.tokens(countedBy: counter, at: question.now) >= rate.count {
            isOver = true
        }
        let uses = counters.map { RateUse(counter: $0, limit: isOver ? nil : rate.count) }
        return isOver ? .fires(uses) : .withinRate(uses)
    }

    /// How many of the local conditions one scope meets before the first that it does not: of several scopes the furthest.
    private func reach(in target: PolicyQuestion.Target, for subject: Registration) -> Int {
        var furthest = 0
        for scope in target.scopes.scopes.indices {
            var reached = 0
            for condition in local {
                guard condition.holds(for: scope, of: target, subject) else { break }
                reached += 1
            }
            furthest = max(furthest, reached)
            if furthest == local.count { break }
        }
        return furthest
    }

    /// The counters of its rate, one for each value that it counts by. What has no value counts together.
    private func counters(
        _ limit: RateLimit, _ targets: [PolicyQuestion.Target], _ question: PolicyQuestion,
        for subject: Registration
    ) -> [RateCounter] {
        let value: String
        switch limit.by {
        case .agent: value = subject.agent.id.rawValue
        case .type: value = subject.agent.type.rawValue
        case .team: value = subject.agent.team?.rawValue ?? ""
        case .owner: value = subject.agent.owner.rawValue
        case .principal: value = question.principal.name.rawValue
        case .task: value = question.task?.rawValue ?? ""
        case .all: value = ""
        case .audience:
            return targets.map { RateCounter(of: policy.id, counterStart, $0.audience.id.rawValue, limit) }
        }
        return [RateCounter(of: policy.id, counterStart, value, limit)]
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
