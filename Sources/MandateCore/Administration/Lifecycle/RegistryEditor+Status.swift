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
        try save(changed)
        let id = agent.id.rawValue
        switch status {
        case .active:
            try record(.agentResumed, .status(of: id, because: reason), of: changed, by: operatorName)
            return Cut()
        case .suspended:
            let cut = try cut(agent.id)
            try record(.agentSuspended, .status(of: id, because: reason, cut), of: changed, by: operatorName)
            return cut
        case .decommissioned:
            let cut = try cut(agent.id)
            try record(.agentDecommissioned, .status(of: id, because: reason, cut), of: changed, by: operatorName)
            return cut
        }
    }

    /// The same for a type; suspending it cuts off every agent of it.
    func change(
        _ type: AgentType, to status: RegistryStatus, because reason: PrintableText?, by operatorName: String
    ) throws(Problem) -> Cut {
        if type.status == status { return Cut() }
        try save(type.with(status: status))
        let id = type.id.rawValue
        switch status {
        case .active:
            try record(.typeResumed, .status(of: id, because: reason), by: operatorName)
            return Cut()
        case .suspended:
            let cut = try cut(type: type.id)
            try record(.typeSuspended, .status(of: id, because: reason, cut), by: operatorName)
            return cut
        }
    }

    /// Records what an operator changed.
    func record(
        _ event: LedgerEvent, _ change: JSONValue, of agent: Agent? = nil, by operatorName: String
    ) throws(Problem) {
        var record = LedgerRecord(at: now, event: event)
        record.agent = agent
        record.change = change
        record.changedBy = operatorName
        try append(record)
    }
}

extension JSONValue {
    fileprivate static func status(of id: String, because reason: PrintableText?, _ cut: Cut? = nil) -> JSONValue {
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
