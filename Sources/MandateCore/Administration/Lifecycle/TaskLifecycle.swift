/// Begins and ends tasks. An ended task never opens again, and its id is not used again.
public struct TaskLifecycle: Sendable {
    private let administration: any RegistryAdministration

    public init(administration: any RegistryAdministration) {
        self.administration = administration
    }

    /// Opens the task that `json` describes, under an id that was never used.
    public func create(_ json: JSONValue, by operatorName: String) async throws(Problem) -> TaskEntry {
        let definition = try TaskDefinition.read(json)
        return try await administration.changing { (editor) throws(Problem) in
            try editor.create(definition, by: operatorName)
        }
    }

    /// Everything of the task is dead when this returns, because the work is done.
    public func complete(
        _ id: TaskID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            try editor.end(id, as: .completed, .taskCompleted, because: reason, by: operatorName)
        }
    }

    /// Everything of the task is dead when this returns, because the work must not go on.
    public func cancel(
        _ id: TaskID, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            try editor.end(id, as: .cancelled, .taskCancelled, because: reason, by: operatorName)
        }
    }
}

extension RegistryReader {
    /// The task with this id, or the problem that there is none.
    public func known(_ id: TaskID) throws(Problem) -> TaskEntry {
        guard let task = try task(id) else { throw Problem(.notFound, "there is no task \(quoted(id.rawValue))") }
        return task
    }
}

extension RegistryEditor {
    fileprivate func create(_ definition: TaskDefinition, by operatorName: String) throws(Problem) -> TaskEntry {
        if try task(definition.id) != nil {
            throw Problem(
                .conflict, field: "id",
                "\(quoted(definition.id.rawValue)) is a task already, or was: choose another id")
        }
        if let deadline = definition.deadline, deadline <= now {
            throw Problem(.invalid, field: "deadline", "is over already: name a time to come, or leave it out")
        }
        let task = TaskEntry(
            id: definition.id, principal: definition.principal, purpose: definition.purpose,
            deadline: definition.deadline, createdAt: now, createdBy: operatorName,
            isReserved: definition.principal != nil)
        try save(task)
        try record(.taskCreated, definition.json, by: operatorName) { record in record.name(task) }
        return task
    }

    /// Ends an open task. One that has ended, however, stays as it is: a success that cuts nothing.
    fileprivate func end(
        _ id: TaskID, as status: TaskStatus, _ event: LedgerEvent, because reason: PrintableText?,
        by operatorName: String
    ) throws(Problem) -> Cut {
        let task = try known(id)
        guard task.status == .open else { return Cut() }
        let cut = try cut(task: id)
        try save(task.ended(status, at: now, by: operatorName))
        // Nothing that was issued before lives longer, and nothing is issued for it from now on.
        try revoke(.task(id), until: now.advanced(bySeconds: Lifetimes.delegationToken))
        try record(event, .change(of: id.rawValue, because: reason, cut), by: operatorName) { record in
            record.name(task)
        }
        return cut
    }
}

extension LedgerRecord {
    fileprivate mutating func name(_ task: TaskEntry) {
        taskID = task.id.rawValue
        principal = task.principal?.rawValue
    }
}
