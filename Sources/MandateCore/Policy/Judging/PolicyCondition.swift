/// What a policy can ask of a request, by the names under `when`, in the order in which it is looked at.
enum PolicyCondition: String, Hashable, Sendable, CaseIterable {
    case agents, types, teams, environments, grant
    case depthOver = "depth_over"
    case principal, autonomous
    case riskOver = "risk_over"
    case attestedOver = "attested_over"
    case audiences
    case crossDomain = "cross_domain"
    case scopes, classes, sensitivity, within, outside
    case rateOver = "rate_over"
}

/// A condition of whom a request concerns, and of the request as a whole. What it holds is small, so that looking at it costs
/// little: every request looks at very many.
enum GeneralCondition: Sendable {
    case agents(NameList<AgentID>)
    case types(NameList<AgentTypeID>)
    case teams(NameList<Label>)
    case environments(NameList<Label>)
    case grant(OneOf<PolicyGrant>)
    case depthOver(Int64)
    case principal(NameList<Label>)
    case autonomous(Bool)
    case riskOver(Int64)
    case attestedOver(Int64)
    case within(ZonedWindow)
    case outside(ZonedWindow)

    var name: PolicyCondition {
        switch self {
        case .agents: .agents
        case .types: .types
        case .teams: .teams
        case .environments: .environments
        case .grant: .grant
        case .depthOver: .depthOver
        case .principal: .principal
        case .autonomous: .autonomous
        case .riskOver: .riskOver
        case .attestedOver: .attestedOver
        case .within: .within
        case .outside: .outside
        }
    }

    func holds(for question: PolicyQuestion, _ subject: Registration) -> Bool {
        switch self {
        case .agents(let names): names.contains(subject.agent.id)
        case .types(let names): names.contains(subject.agent.type)
        case .teams(let names): names.contains(subject.agent.team)
        case .environments(let names): names.contains(subject.agent.environment)
        case .grant(let grants):
            grants.contains(question.grant) || question.isHandedOnAtOnce && grants.contains(.handOver)
        case .depthOver(let depth): Int64(question.depth) > depth
        case .principal(let names): names.contains(question.principal.name)
        case .autonomous(let isAutonomous): isAutonomous == question.isAutonomous
        case .riskOver(let score): question.risk.score > score
        case .attestedOver(let age): subject.isAttestationOlder(than: age, at: question.now)
        case .within(let window): window.contains(question.now)
        case .outside(let window): !window.contains(question.now)
        }
    }
}

/// A condition of one audience, and of one of the scopes that are asked for there.
enum LocalCondition: Sendable {
    case audiences(NameList<AudienceID>)
    case crossDomain(Bool)
    case scopes(ScopeSet)
    case classes(OneOf<ScopeClass>)
    case sensitivity(NameList<Label>)

    var name: PolicyCondition {
        switch self {
        case .audiences: .audiences
        case .crossDomain: .crossDomain
        case .scopes: .scopes
        case .classes: .classes
        case .sensitivity: .sensitivity
        }
    }

    /// Whether it holds for some scope of a target. A pattern is as bad as the worst it stands for: asking for more than one
    /// thing at once escapes nothing.
    func mayHold(for target: PolicyQuestion.Target, _ subject: Registration) -> Bool {
        switch self {
        case .audiences(let names): names.contains(target.audience.id)
        case .crossDomain(let differs): differs == (subject.agent.environment != target.audience.environment)
        case .scopes(let set): target.scopes.scopes.contains { scope in set.scopes.contains { $0.overlaps(scope) } }
        case .classes(let classes): target.meaning.classes.overlaps(classes)
        case .sensitivity(let names): target.meaning.sensitivity.contains { names.contains($0) }
        }
    }

    /// Whether it holds for one scope of a target, by its place there.
    func holds(for scope: Int, of target: PolicyQuestion.Target, _ subject: Registration) -> Bool {
        switch self {
        case .audiences, .crossDomain: mayHold(for: target, subject)
        case .scopes(let set): set.scopes.contains { $0.overlaps(target.scopes.scopes[scope]) }
        case .classes(let classes): target.meanings[scope].classes.overlaps(classes)
        case .sensitivity(let names): target.meanings[scope].sensitivity.contains { names.contains($0) }
        }
    }

    /// Whether it depends on the scope, so that several of its kind must hold for the same one.
    var isOfScope: Bool {
        switch self {
        case .audiences, .crossDomain: false
        case .scopes, .classes, .sensitivity: true
        }
    }
}

extension Registration {
    /// Whether the agent proved itself longer ago than `age` seconds, or never.
    fileprivate func isAttestationOlder(than age: Int64, at now: Instant) -> Bool {
        guard let attestedAt else { return true }
        return now > attestedAt.advanced(bySeconds: age)
    }
}
