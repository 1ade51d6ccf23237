import MandateCore

extension AdminAPI {
    func listApprovals(_ call: Call) async throws(Problem) -> AdminResponse {
        var filter = ApprovalFilter(limit: try call.limit())
        filter.client = try call.identifier(AgentID.self, query: "client")
        if let text = call.query["status"] {
            guard let status = ApprovalEntry.Status(rawValue: text) else {
                throw Problem(.invalid, field: "status", "must be pending, approved, denied, used or expired")
            }
            filter.status = status
        }
        var wanted = filter
        return try administration.reading { (reader) throws(Problem) in
            if let position = try call.position(in: reader) {
                guard let number = Int64(position) else {
                    throw Problem(.invalid, field: "after", "is of another version: start anew")
                }
                wanted.before = number
            }
            let found = try reader.approvals(wanted)
            return .list(
                found.entries.map { $0.json(at: reader.now) },
                next: try call.next(after: found.next.map { String($0) }, in: reader))
        }
    }

    func showApproval(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.approval()
        return .json(
            try administration.reading { (reader) throws(Problem) in
                try reader.known(approval: id).json(at: reader.now)
            })
    }

    func approve(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.approval()
        let decision = try WrittenDecision.approval(try call.decision())
        return .json(try await approvals.approve(id, decision, by: try call.approver(of: decision)).decided)
    }

    func deny(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.approval()
        let decision = try WrittenDecision.denial(try call.decision())
        return .json(try await approvals.deny(id, decision, by: try call.approver(of: decision)).decided)
    }
}

extension Call {
    fileprivate func approval() throws(Problem) -> String {
        guard let id = segments["id"].flatMap({ UUIDv7(text: $0) }) else {
            throw Problem(.notFound, field: "id", "in the path must be the id of an approval, a UUID of version 7")
        }
        return id.text
    }

    fileprivate func decision() throws(Problem) -> JSONValue { body.isEmpty ? .object([]) : try json() }

    /// Over the network the person is the one behind the token, and nobody else.
    fileprivate func approver(of decision: WrittenDecision) throws(Problem) -> Approver {
        guard let administrator else { return .operatorNamed(operatorName, person: decision.person) }
        if decision.person != nil {
            throw Problem(.invalid, field: "by", "is whom the token is for (human_principal): leave it out")
        }
        return .administrator(administrator)
    }
}

extension ApprovalEntry {
    /// As it is at the moment of the decision.
    fileprivate var decided: JSONValue { json(at: decision?.at ?? createdAt) }
}
