import MandateCore

/// Some links of the store, as a condition on `link` with its argument as `?1`.
struct LinkChoice {
    let condition: String
    let argument: SQLValue

    private init(_ condition: String, _ argument: SQLValue) {
        self.condition = condition
        self.argument = argument
    }

    /// What was ever handed to an agent, its registration included.
    static func handed(to agent: AgentID) -> LinkChoice { LinkChoice("delegate = ?1", .text(agent.rawValue)) }

    static func handed(to type: AgentTypeID) -> LinkChoice {
        LinkChoice("delegate IN (SELECT id FROM agent WHERE type = ?1)", .text(type.rawValue))
    }

    static func made(for task: TaskID) -> LinkChoice { LinkChoice("task = ?1", .text(task.rawValue)) }

    static func started(by principal: Label) -> LinkChoice {
        LinkChoice("principal = ?1 AND parent IS NULL", .text(principal.rawValue))
    }

    static func numbered(_ number: Int64) -> LinkChoice { LinkChoice("number = ?1", .integer(number)) }
    static func hashed(_ hash: ChainHash) -> LinkChoice { LinkChoice("hash = ?1", .blob(hash.bytes)) }
    static func made(with token: UUIDv7) -> LinkChoice { LinkChoice("token = ?1", .text(token.text)) }
}
