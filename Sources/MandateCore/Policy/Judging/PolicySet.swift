/// The policies in force, ready to be asked. Immutable: a request is judged under one set.
public final class PolicySet: Sendable {
    public let digest: PolicyDigest
    /// All of them, in byte order of their ids.
    let rules: [PolicyRule]
    /// Whether one of them looks at the risk.
    let needsRisk: Bool
    private let global: Layer
    private let teams: [Label: Layer]
    private let types: [AgentTypeID: Layer]
    private let agents: [AgentID: Layer]

    /// The rules of one layer. Those that name agents, audiences and so on are found by the first of these names, so that
    /// what cannot apply costs nothing.
    private struct Layer: Sendable {
        var everywhere: [PolicyRule] = []
        var agents: [AgentID: [PolicyRule]] = [:]
        var audiences: [AudienceID: [PolicyRule]] = [:]
        var types: [AgentTypeID: [PolicyRule]] = [:]
        var teams: [Label: [PolicyRule]] = [:]
        var environments: [Label: [PolicyRule]] = [:]

        mutating func add(_ rule: PolicyRule) {
            let when = rule.policy.when
            if let names = when.agents {
                for name in names { agents[name, default: []].append(rule) }
            } else if let names = when.audiences {
                for name in names { audiences[name, default: []].append(rule) }
            } else if let names = when.types {
                for name in names { types[name, default: []].append(rule) }
            } else if let names = when.teams {
                for name in names { teams[name, default: []].append(rule) }
            } else if let names = when.environments {
                for name in names { environments[name, default: []].append(rule) }
            } else {
                everywhere.append(rule)
            }
        }
    }

    /// Nil when a policy names a time zone that is not known here: what cannot be judged must not be in force.
    public init?(_ policies: [Policy], digest: PolicyDigest, zones: any TimeZones) {
        var rules: [PolicyRule] = []
        var global = Layer()
        var teams: [Label: Layer] = [:]
        var types: [AgentTypeID: Layer] = [:]
        var agents: [AgentID: Layer] = [:]
        for policy in policies.sorted(by: { $0.id < $1.id }) {
            guard let rule = PolicyRule(policy, zones: zones) else { return nil }
            rules.append(rule)
            switch policy.layer {
            case .global: global.add(rule)
            case .team(let team): teams[team, default: Layer()].add(rule)
            case .type(let type): types[type, default: Layer()].add(rule)
            case .agent(let agent): agents[agent, default: Layer()].add(rule)
            }
        }
        self.rules = rules
        needsRisk = policies.contains { $0.when.riskOver != nil }
        self.digest = digest
        self.global = global
        self.teams = teams
        self.types = types
        self.agents = agents
    }

    /// All of them, in byte order of their ids.
    public var policies: [Policy] { rules.map(\.policy) }

    var isEmpty: Bool { rules.isEmpty }

    /// Asks every policy that can apply, each once for everybody whom the request concerns.
    func verdict(on question: PolicyQuestion, counting counts: some RateCounts) throws(Refusal) -> PolicyVerdict {
        var verdict = PolicyVerdict()
        if rules.isEmpty { return verdict }
        let subjects = question.subjects
        for subject in subjects {
            try ask(global, of: subject, question, counts, &verdict)
            if !teams.isEmpty, let team = subject.agent.team, let layer = teams[team] {
                try ask(layer, of: subject, question, counts, &verdict)
            }
            if !types.isEmpty, let layer = types[subject.agent.type] {
                try ask(layer, of: subject, question, counts, &verdict)
            }
            if !agents.isEmpty, let layer = agents[subject.agent.id] {
                try ask(layer, of: subject, question, counts, &verdict)
            }
        }
        if subjects.count > 1 { verdict.countOnce() }
        return verdict
    }

    private func ask(
        _ layer: Layer, of subject: Registration, _ question: PolicyQuestion, _ counts: some RateCounts,
        _ verdict: inout PolicyVerdict
    ) throws(Refusal) {
        let agent = subject.agent
        try ask(layer.everywhere, of: subject, question, counts, &verdict)
        if !layer.agents.isEmpty, let rules = layer.agents[agent.id] {
            try ask(rules, of: subject, question, counts, &verdict)
        }
        if !layer.types.isEmpty, let rules = layer.types[agent.type] {
            try ask(rules, of: subject, question, counts, &verdict)
        }
        if !layer.teams.isEmpty, let team = agent.team, let rules = layer.teams[team] {
            try ask(rules, of: subject, question, counts, &verdict)
        }
        if !layer.environments.isEmpty, let environment = agent.environment, let rules = layer.environments[environment]
        {
            try ask(rules, of: subject, question, counts, &verdict)
        }
        if layer.audiences.isEmpty { return }
        for (index, target) in question.targets.enumerated() {
            guard let rules = layer.audiences[target.audience.id] else { continue }
            // A rule that names several of the audiences answers for all of them when it is asked for the first.
            let earlier = question.targets.prefix(index)
            let asked =
                earlier.isEmpty
                ? rules
                : rules.filter { rule in
                    !earlier.contains { rule.concerns($0.audience.id) }
                }
            try ask(asked, of: subject, question, counts, &verdict)
        }
    }

    private func ask(
        _ rules: [PolicyRule], of subject: Registration, _ question: PolicyQuestion, _ counts: some RateCounts,
        _ verdict: inout PolicyVerdict
    ) throws(Refusal) {
        for rule in rules { try verdict.ask(rule, about: question, for: subject, counting: counts) }
    }
}
