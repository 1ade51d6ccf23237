/// The policies in force, ready to be asked. Immutable: a request is judged under one set.
public final class PolicySet: Sendable {
    public let digest: PolicyDigest
    /// All of them, in byte order of their ids.
    public let policies: [Policy]
    private let global: Layer
    private let teams: [Label: Layer]
    private let types: [AgentTypeID: Layer]
    private let agents: [AgentID: Layer]

    /// The rules of one layer; those that name audiences are found by them.
    private struct Layer: Sendable {
        var everywhere: [PolicyRule] = []
        var at: [AudienceID: [PolicyRule]] = [:]

        mutating func add(_ rule: PolicyRule) {
            guard let audiences = rule.policy.when.audiences else { return everywhere.append(rule) }
            for audience in audiences { at[audience, default: []].append(rule) }
        }
    }

    /// Nil when a policy names a time zone that is not known here: what cannot be judged must not be in force.
    public init?(_ policies: [Policy], digest: PolicyDigest, zones: any TimeZones) {
        var global = Layer()
        var teams: [Label: Layer] = [:]
        var types: [AgentTypeID: Layer] = [:]
        var agents: [AgentID: Layer] = [:]
        for policy in policies {
            guard let rule = PolicyRule(policy, zones: zones) else { return nil }
            switch policy.layer {
            case .global: global.add(rule)
            case .team(let team): teams[team, default: Layer()].add(rule)
            case .type(let type): types[type, default: Layer()].add(rule)
            case .agent(let agent): agents[agent, default: Layer()].add(rule)
            }
        }
        self.policies = policies.sorted { $0.id < $1.id }
        self.digest = digest
        self.global = global
        self.teams = teams
        self.types = types
        self.agents = agents
    }

    /// Asks every policy that can apply.
    func verdict(on question: PolicyQuestion, in registry: some RegistryView) throws(Refusal) -> PolicyVerdict {
        var verdict = PolicyVerdict()
        if policies.isEmpty { return verdict }
        for subject in question.subjects {
            try ask(global, of: subject, question, in: registry, &verdict)
            if let team = subject.agent.team, let layer = teams[team] {
                try ask(layer, of: subject, question, in: registry, &verdict)
            }
            if let layer = types[subject.agent.type] { try ask(layer, of: subject, question, in: registry, &verdict) }
            if let layer = agents[subject.agent.id] { try ask(layer, of: subject, question, in: registry, &verdict) }
        }
        return verdict
    }

    private func ask(
        _ layer: Layer, of subject: Registration, _ question: PolicyQuestion, in registry: some RegistryView,
        _ verdict: inout PolicyVerdict
    ) throws(Refusal) {
        for rule in layer.everywhere { try ask(rule, of: subject, question, in: registry, &verdict) }
        if layer.at.isEmpty { return }
        for target in question.targets {
            for rule in layer.at[target.audience.id] ?? [] {
                try ask(rule, of: subject, question, in: registry, &verdict)
            }
        }
    }

    private func ask(
        _ rule: PolicyRule, of subject: Registration, _ question: PolicyQuestion, in registry: some RegistryView,
        _ verdict: inout PolicyVerdict
    ) throws(Refusal) {
        let targets = rule.targets(of: question, for: subject)
        guard !targets.isEmpty else { return }
        guard let limit = rule.policy.when.rateOver else { return verdict.add(rule.policy) }
        var isOver = false
        let counters = rule.counters(limit, targets, question, for: subject)
        for counter in counters where try registry.tokens(countedBy: counter, at: question.now) >= limit.count {
            isOver = true
        }
        for counter in counters { verdict.count(RateUse(counter: counter, limit: isOver ? nil : limit.count)) }
        if isOver { verdict.add(rule.policy) }
    }
}
