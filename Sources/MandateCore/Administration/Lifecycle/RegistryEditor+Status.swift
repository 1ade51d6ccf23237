extension RegistryEditor {
    /// Gives an agent another status, cuts off what a suspended or decommissioned one still holds, and records it.
    /// A status it has already is a success that cuts nothing.
    func change(
        _ agent: Agent, to status: AgentStatus, because reason: PrintableText?, by operatorName: String
    ) throws(Problem) -> Cut {
        if agent.status == status { return Cut() }
        if agent.status == .decommissioned {
            throw Problem(
                .conflict, "agent \(agent.id) was decommissioned, which is for ever: register another under a new id")
        }
        let changed = agent.with(status: status)
        let id = agent.id.rawValue
        let note = StatusNote(at: now, by: operatorName, because: reason)
        switch status {
        case .active:
            try save(changed)
            try save(note, of: agent.id)
            try record(.agentResumed, .change(of: id, because: reason), of: changed, by: operatorName)
            return Cut()
        case .suspended:
            let cut = try cut(agent.id)
            try save(changed)
            try save(note, of: agent.id)
            try record(.agentSuspended, .change(of: id, because: reason, cut), of: changed, by: operatorName)
            return cut
        case .decommissioned:
            let cut = try cut(agent.id)
            try save(changed)
            try save(note, of: agent.id)
            try record(.agentDecommissioned, .change(of: id, because: reason, cut), of: changed, by: operatorName)
            return cut
        }
    }

    /// The same for a type; suspending it cuts off every agent of it.
    func change(
        _ type: AgentType, to status: RegistryStatus, because reason: PrintableText?, by operatorName: String
    ) throws(Problem) -> Cut {
        if type.status == status { return Cut() }
        let id = type.id.rawValue
        switch status {
        case .active:
            try save(type.with(status: status))
            try record(.typeResumed, .change(of: id, because: reason), by: operatorName)
            return Cut()
        case .suspended:
            let cut = try cut(type: type.id)
            try save(type.with(status: status))
            try record(.typeSuspended, .change(of: id, because: reason, cut), by: operatorName)
            return cut
        }
    }

    /// Records what an operator changed; `naming` fills in what else the record is about.
    func record(
        _ event: LedgerEvent, _ change: JSONValue, of agent: Agent? = nil, by operatorName: String,
        naming: (inout LedgerRecord) -> Void = { _ in }
    ) throws(Problem) {
        var record = LedgerRecord(at: now, event: event)
        record.agent = agent
        record.change = change
        record.changedBy = operatorName
        naming(&record)
        try append(record)
    }
}

extension JSONValue {
    /// What became of `id`, why, and what that cut off.
    static func change(of id: String, because reason: PrintableText?, _ cut: Cut? = nil) -> JSONValue {
        let members = [
            JSONMember(name: "id", value: .string(id)), JSONMember(name: "reason", value: .text(reason?.rawValue)),
        ]
        return .object(members + (cut?.json.members ?? []))
    }
}

extension Cut {
    /// As every answer and record shows it.
    public var json: JSONValue {
        ["tokens": .integer(tokens), "links": .integer(links), "latest_exp": .time(latestExpiry)]
    }
}
