import MandateCore

extension AdminAPI {
    func listTasks(_ call: Call) async throws(Problem) -> AdminResponse {
        var filter = TaskFilter(limit: try call.limit())
        if let text = call.query["status"] {
            guard let status = TaskStatus(rawValue: text) else {
                throw Problem(.invalid, field: "status", "must be open, completed or cancelled")
            }
            filter.status = status
        }
        var wanted = filter
        return try administration.reading { (reader) throws(Problem) in
            wanted.after = try call.position(TaskID.self, in: reader)
            let found = try reader.tasks(wanted)
            let last = found.count == wanted.limit ? found.last?.id.rawValue : nil
            return .list(found.map(\.json), next: try call.next(after: last, in: reader))
        }
    }

    func createTask(_ call: Call) async throws(Problem) -> AdminResponse {
        let task = try await tasks.create(try call.json(), by: call.operatorName)
        return AdminResponse(
            status: 201, headers: [("Location", "/v1/tasks/\(PercentEncoding.encode(task.id.rawValue))")],
            body: task.json.canonical)
    }

    func showTask(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(TaskID.self)
        return .json(
            try administration.reading { (reader) throws(Problem) in
                try reader.known(id).json(with: DelegationTree(try reader.links(of: id)))
            })
    }

    func completeTask(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(TaskID.self)
        return .json(try await tasks.complete(id, because: try call.reason(), by: call.operatorName).json)
    }

    func cancelTask(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(TaskID.self)
        return .json(try await tasks.cancel(id, because: try call.reason(), by: call.operatorName).json)
    }
}
