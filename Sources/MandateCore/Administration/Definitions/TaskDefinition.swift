/// A task as an operator wrote it down.
struct TaskDefinition: Hashable, Sendable {
    let id: TaskID
    let principal: Label?
    let purpose: TaskPurpose?
    let deadline: Instant?

    static let members = ["id", "principal", "purpose", "deadline"]
    /// What the registry shows of a task and keeps itself.
    static let kept = ["status", "created_at", "created_by", "ended_at", "ended_by", "holder", "links"]

    static func read(_ value: JSONValue) throws(Problem) -> TaskDefinition {
        let reader = try ObjectReader(value, at: .root, "a task", known: members, kept: kept)
        return TaskDefinition(
            id: try reader.require("id", try reader.identifier(TaskID.self, "id"), "give the task an id"),
            principal: try reader.identifier(Label.self, "principal"),
            purpose: try reader.identifier(TaskPurpose.self, "purpose"),
            deadline: try reader.time("deadline"))
    }

    /// What the record of its creation says.
    var json: JSONValue {
        [
            "id": .string(id.rawValue), "principal": .label(principal), "purpose": .text(purpose?.rawValue),
            "deadline": .time(deadline),
        ]
    }
}

extension TaskEntry {
    /// The task as operators see it, without its delegations.
    public var json: JSONValue {
        [
            "id": .string(id.rawValue),
            "principal": .label(principal),
            "purpose": .text(purpose?.rawValue),
            "status": .string(status.rawValue),
            "deadline": .time(deadline),
            "created_at": .time(createdAt),
            "created_by": .string(createdBy),
            "ended_at": .time(endedAt),
            "ended_by": .text(endedBy),
            "holder": .text(holder?.rawValue),
        ]
    }

    /// The same with the delegations that were made for it.
    public func json(with tree: DelegationTree) -> JSONValue {
        .object((json.members ?? []) + [JSONMember(name: "links", value: tree.json)])
    }

    /// The same task, over.
    func ended(_ status: TaskStatus, at now: Instant, by name: String) -> TaskEntry {
        TaskEntry(
            id: id, principal: principal, purpose: purpose, status: status, deadline: deadline, createdAt: createdAt,
            createdBy: createdBy, endedAt: now, endedBy: name, holder: holder,
            isReserved: isReserved)
    }
}
