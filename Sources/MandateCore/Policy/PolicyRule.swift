/// A policy ready to be asked: its windows know their zones.
struct PolicyRule: Sendable {
    let policy: Policy
    private let within: ZonedWindow?
    private let outside: ZonedWindow?
    /// Whether something of it depends on what is asked for where.
    private let looksAtTargets: Bool
    private let looksAtScopes: Bool

    /// Nil when a zone is not known.
    init?(_ policy: Policy, zones: any TimeZones) {
        self.policy = policy
        let when = policy.when
        var windows: [ZonedWindow?] = []
        for window in [when.within, when.outside] {
            guard let window else {
                windows.append(nil)
                continue
            }
            guard let rules = zones.rules(of: window.zone) else { return nil }
            windows.append(ZonedWindow(window, rules))
        }
        within = windows[0]
        outside = windows[1]
        looksAtScopes = when.scopes != nil || when.classes != nil || when.sensitivity != nil
        looksAtTargets = looksAtScopes || when.audiences != nil || when.crossDomain != nil
    }

    /// The targets that all conditions but the rate hold for; empty when it does not fire for `subject`.
    func targets(of question: PolicyQuestion, for subject: Registration) -> [PolicyQuestion.Target] {
        guard concerns(subject, at: question.now), concerns(question) else { return [] }
        if !looksAtTargets { return question.targets }
        return question.targets.filter { concerns($0, for: subject) }
    }

    private func concerns(_ subject: Registration, at now: Instant) -> Bool {
        let (agent, when) = (subject.agent, policy.when)
        if let agents = when.agents, !agents.contains(agent.id) { return false }
        if let types = when.types, !types.contains(agent.type) { return false }
        if let teams = when.teams, !teams.holds(agent.team) { return false }
        if let environments = when.environments, !environments.holds(agent.environment) { return false }
        if let age = when.attestedOver, !subject.isAttestationOlder(than: age, at: now) { return false }
        return true
    }

    private func concerns(_ question: PolicyQuestion) -> Bool {
        let when = policy.when
        if let grants = when.grants, !grants.contains(where: { $0.includes(question.grant) }) { return false }
        if let depth = when.depthOver, Int64(question.depth) <= depth { return false }
        if let principals = when.principals, !principals.contains(question.principal.name) { return false }
        if let autonomous = when.autonomous, autonomous != question.isAutonomous { return false }
        if let risk = when.riskOver, question.risk.score <= risk { return false }
        if let within, !within.contains(question.now) { return false }
        if let outside, outside.contains(question.now) { return false }
        return true
    }

    private func concerns(_ target: PolicyQuestion.Target, for subject: Registration) -> Bool {
        let when = policy.when
        if let audiences = when.audiences, !audiences.contains(target.audience.id) { return false }
        if let differs = when.crossDomain, differs != (subject.agent.environment != target.audience.environment) {
            return false
        }
        if !looksAtScopes { return true }
        return target.scopes.scopes.contains { concerns($0, at: target.audience) }
    }

    /// A pattern is as bad as the worst it stands for: asking for more than one thing at once escapes nothing.
    private func concerns(_ scope: Scope, at audience: Audience) -> Bool {
        let when = policy.when
        if let scopes = when.scopes, !scopes.scopes.contains(where: { $0.overlaps(scope) }) { return false }
        let entries = audience.catalogue.entries
        if let classes = when.classes,
            !entries.contains(where: { classes.contains($0.scopeClass) && $0.name.overlaps(scope) })
        {
            return false
        }
        if let sensitivity = when.sensitivity,
            !entries.contains(where: { sensitivity.holds($0.sensitivity) && $0.name.overlaps(scope) })
        {
            return false
        }
        return true
    }

    /// The counters of its rate, one for each value that it counts by.
    func counters(
        _ limit: RateLimit, _ targets: [PolicyQuestion.Target], _ question: PolicyQuestion, for subject: Registration
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
        case .audience: return targets.map { RateCounter(of: policy.id, limit, $0.audience.id.rawValue) }
        }
        return [RateCounter(of: policy.id, limit, value)]
    }
}

extension Set<Label> {
    fileprivate func holds(_ label: Label?) -> Bool { label.map(contains) ?? false }
}

extension Registration {
    /// Whether the agent proved itself longer ago than `age` seconds, or never.
    fileprivate func isAttestationOlder(than age: Int64, at now: Instant) -> Bool {
        guard let attestedAt else { return true }
        return now > attestedAt.advanced(bySeconds: age)
    }
}
