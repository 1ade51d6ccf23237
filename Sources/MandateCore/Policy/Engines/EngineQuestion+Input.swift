extension EngineQuestion {
    /// The question as one document. What an agent, an audience or a chain has not is absent.
    public var input: JSONValue { .object(facts + [time]) }

    /// Everything but the time.
    var facts: [JSONMember] { facts(risk.input) }

    /// The same for two questions that differ in nothing but their time, and the counts that their risk's reasons name: an
    /// answer to one is an answer to the other.
    public var identity: [UInt8] { JSONValue.object(facts(.integer(risk.score))).canonical }

    private func facts(_ risk: JSONValue) -> [JSONMember] {
        [
            JSONMember(name: "agent", value: agent.json), JSONMember(name: "client", value: client.json),
            JSONMember(name: "action", value: action), JSONMember(name: "audiences", value: audiences),
            JSONMember(name: "chain", value: chain.json), JSONMember(name: "risk", value: risk),
        ] + members(("task", task?.rawValue))
    }

    /// What AuthZEN calls the context: neither who, nor what, nor where.
    var surroundings: JSONValue {
        .object(
            [
                JSONMember(name: "client", value: client.json), JSONMember(name: "chain", value: chain.json),
                JSONMember(name: "risk", value: risk.input), time,
            ] + members(("task", task?.rawValue)))
    }

    private var time: JSONMember { JSONMember(name: "time", value: .string(now.description)) }

    /// What is asked for, wherever it is.
    var action: JSONValue {
        let scopes = Set(targets.flatMap(\.scopes.scopes)).sorted()
        return [
            "grant": .string(grant.rawValue), "scopes": .array(scopes.map { .string($0.description) }),
            "classes": .array(classes.map { .string($0.rawValue) }),
        ]
    }

    /// The classes of everything that is asked for, ascending.
    var classes: [ScopeClass] { Set(targets.flatMap(\.classes)).sorted() }

    /// Always a list: a rule about one audience must not be passed by asking for two.
    var audiences: JSONValue { .array(targets.map(\.json)) }
}

extension EngineQuestion.Party {
    /// What the registry says of the agent.
    var json: JSONValue {
        .object(
            members(
                ("id", agent.id.rawValue), ("type", agent.type.rawValue), ("owner", agent.owner.rawValue),
                ("version", agent.version?.rawValue), ("model", agent.model?.rawValue),
                ("deployment", agent.deployment?.rawValue), ("team", agent.team?.rawValue),
                ("environment", agent.environment?.rawValue), ("attested_at", attestedAt?.description),
                ("expires_at", agent.expiresAt?.description)))
    }
}

extension EngineQuestion.Target {
    fileprivate var json: JSONValue {
        .object(
            members(("id", audience.rawValue), ("environment", environment?.rawValue)) + [
                JSONMember(name: "scopes", value: scopes.json),
                JSONMember(name: "classes", value: .array(classes.map { .string($0.rawValue) })),
                JSONMember(name: "sensitivity", value: .array(sensitivity.map { .string($0.rawValue) })),
            ])
    }
}

extension EngineQuestion.Chain {
    fileprivate var json: JSONValue {
        .object(
            [
                JSONMember(name: "principal", value: principalFacts),
                JSONMember(name: "path", value: .array(path.map { .string($0) })),
                JSONMember(name: "depth", value: .integer(Int64(depth))),
            ] + members(("hash", hash?.text)))
    }

    private var principalFacts: JSONValue {
        switch principal {
        case .owner(let owner): ["kind": "owner", "name": .string(owner.rawValue)]
        case .person(let issuer, let subject, let name):
            [
                "kind": "person", "name": .string(name.rawValue), "iss": .string(issuer.rawValue),
                "sub": .string(subject),
            ]
        }
    }
}

extension Risk {
    fileprivate var input: JSONValue {
        ["score": .integer(score), "reasons": .array(reasons.map { .string($0) })]
    }
}

/// The members that have a value.
private func members(_ pairs: (String, String?)...) -> [JSONMember] {
    pairs.compactMap { name, value in value.map { JSONMember(name: name, value: .string($0)) } }
}
