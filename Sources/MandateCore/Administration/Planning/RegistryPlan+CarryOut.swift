extension RegistryPlan {
    /// Takes every step in one transaction and records each.
    func carryOut(in editor: any RegistryEditor, by operatorName: String) throws(Problem) {
        for step in steps {
            switch step {
            case .audience(let audience, let before):
                try editor.save(audience)
                try editor.record(
                    before == nil ? .audienceRegistered : .audienceChanged,
                    audience.json.change(since: before?.json), by: operatorName)
            case .issuer(let issuer, let before):
                try editor.save(issuer)
                try editor.record(
                    before == nil ? .trustedIssuerRegistered : .trustedIssuerChanged,
                    issuer.json.change(since: before?.json, named: "issuer"), by: operatorName)
            case .type(let type, let before):
                try editor.carryOut(type, before: before, by: operatorName)
            case .agent(let agent, let before):
                try editor.carryOut(agent, before: before, by: operatorName)
            case .link(let agent, let capabilities):
                try editor.link(agent, capabilities: capabilities)
            case .decommission(let agent):
                _ = try editor.change(agent, to: .decommissioned, because: nil, by: operatorName)
            case .removeType(let id):
                try editor.remove(id)
                try editor.record(.typeRemoved, ["id": .string(id.rawValue)], by: operatorName)
            case .removeAudience(let id):
                try editor.remove(id)
                try editor.record(.audienceRemoved, ["id": .string(id.rawValue)], by: operatorName)
            case .policies(let proposed):
                try editor.carryOut(proposed, by: operatorName)
            case .removeIssuer(let issuer):
                try editor.remove(issuer: issuer)
                try editor.record(.trustedIssuerRemoved, ["issuer": .string(issuer.rawValue)], by: operatorName)
            }
        }
    }
}

extension RegistryEditor {
    /// A status that changes along with a record is the same as a suspension or a resumption of its own.
    fileprivate func carryOut(_ agent: Agent, before: Agent?, by operatorName: String) throws(Problem) {
        guard let before else {
            try save(agent)
            return try record(.agentRegistered, agent.definition, of: agent, by: operatorName)
        }
        let changed = agent.with(status: before.status)
        if changed != before {
            try save(changed)
            let change = changed.definition.change(since: before.definition)
            try record(.agentChanged, change, of: changed, by: operatorName)
        }
        _ = try self.change(changed, to: agent.status, because: nil, by: operatorName)
    }

    fileprivate func carryOut(_ type: AgentType, before: AgentType?, by operatorName: String) throws(Problem) {
        guard let before else {
            try save(type)
            return try record(.typeRegistered, type.json, by: operatorName)
        }
        let changed = type.with(status: before.status)
        if changed != before {
            try save(changed)
            try record(.typeChanged, changed.json.change(since: before.json), by: operatorName)
        }
        _ = try self.change(changed, to: type.status, because: nil, by: operatorName)
    }
}

extension JSONValue {
    /// A whole new record; or which members changed, and to what.
    fileprivate func change(since before: JSONValue?, named name: String = "id") -> JSONValue {
        guard let before else { return self }
        let fields = changedMembers(since: before)
        return .object([
            JSONMember(name: name, value: self[name] ?? .null),
            JSONMember(name: "fields", value: .array(fields.map { .string($0) })),
            JSONMember(
                name: "values", value: .object(fields.map { JSONMember(name: $0, value: self[$0] ?? .null) })),
        ])
    }
}
