extension HandOver {
    /// A hand-over by the holder of a chain: `delegate` must be one that the holder may hand over to, and the chain must
    /// not get too deep or meet itself (docs/architecture.md, "Attenuation").
    static func by(
        _ mandate: Mandate, to delegate: Registration?, called id: AgentID, task: TaskStanding?, at now: Instant
    ) throws(Refusal) -> HandOver {
        let admitted = try admit(delegate, called: id, by: mandate.holder, after: mandate.agents, at: now)
        return HandOver(giver: .holder(mandate), earlier: mandate.agents, delegates: [admitted], task: task)
    }

    /// A chain that a person starts at `delegate`. The portal is not on it, but must be one that may start chains there.
    static func by(
        _ person: Person, to delegate: Registration?, called id: AgentID, through portal: Registration,
        task: TaskStanding?, at now: Instant
    ) throws(Refusal) -> HandOver {
        guard portal.agent.mayStartChains else { throw .mayNotStartChains }
        if id == portal.agent.id {
            return HandOver(giver: .person(person), earlier: [], delegates: [portal], task: task)
        }
        guard let delegate, delegate.isActive(at: now), try portal.constraints().allows(delegate) else {
            throw .notADelegate(id)
        }
        return HandOver(giver: .person(person), earlier: [], delegates: [delegate], task: task)
    }

    /// A chain that an agent acting for itself starts, and hands on at once when `onward` names another agent.
    static func by(
        _ mandate: Mandate, onwardTo onward: (registration: Registration?, id: AgentID)?, task: TaskStanding?,
        at now: Instant
    ) throws(Refusal) -> HandOver {
        var delegates = [mandate.holder]
        if let onward {
            delegates.append(
                try admit(onward.registration, called: onward.id, by: mandate.holder, after: delegates, at: now))
        }
        return HandOver(giver: .owner(mandate), earlier: [], delegates: delegates, task: task)
    }

    private static func admit(
        _ delegate: Registration?, called id: AgentID, by delegator: Registration, after earlier: [Registration],
        at now: Instant
    ) throws(Refusal) -> Registration {
        if earlier.contains(where: { $0.agent.id == id }) { throw .cycle(id) }
        guard let delegate, delegate.isActive(at: now), try delegator.constraints().allows(delegate) else {
            throw .notADelegate(id)
        }
        for agent in earlier + [delegate] {
            let limit = try agent.constraints().maxChainDepth
            guard earlier.count < limit else { throw .depthExceeded(limit) }
        }
        return delegate
    }
}

extension Registration {
    /// The constraints of the agent. None can be registered without, so one that has none means a registry that cannot be
    /// trusted.
    func constraints() throws(Refusal) -> DelegationConstraints {
        guard let delegation else { throw .unavailable(.registry) }
        return delegation
    }
}

extension DelegationConstraints {
    /// Whether `to` names the agent or its type.
    func allows(_ delegate: Registration) -> Bool {
        to.contains { name in
            name.rawValue == delegate.agent.id.rawValue || name.rawValue == delegate.type.id.rawValue
        }
    }
}
