import MandateCore

extension AdminAPI {
    func showPolicies(_ call: Call) async throws(Problem) -> AdminResponse {
        let version = try call.number(query: "version", in: 0...Int64.max)
        return .json(
            try administration.reading { (reader) throws(Problem) in
                guard let version else { return try reader.policies() }
                guard let found = try reader.policies(version: version) else {
                    throw Problem(.notFound, field: "version", "there is no version \(version) of the policies")
                }
                return found
            }.json)
    }

    func replacePolicies(_ call: Call) async throws(Problem) -> AdminResponse {
        let saved = try await changes.replacePolicies(by: try call.json(), operator: call.operatorName)
        let warnings = JSONMember(name: "warnings", value: .array(saved.warnings.map { .string($0) }))
        return .json(.object((saved.record.json.members ?? []) + [warnings]))
    }

    /// What would become of a request; a question, though it has a body.
    func explainPolicies(_ call: Call) async throws(Problem) -> AdminResponse {
        let request = try call.json()
        return .json(
            try administration.reading { (reader) throws(Problem) in
                try explainer.explain(request, in: reader)
            }.json)
    }

    func listPolicyVersions(_ call: Call) async throws(Problem) -> AdminResponse {
        let limit = try call.limit()
        return try administration.reading { (reader) throws(Problem) in
            let position = try call.position(in: reader)
            guard let before = position.map({ Int64($0) }) ?? Int64.max else {
                throw Problem(.invalid, field: "after", "is of another version: start anew")
            }
            let found = try reader.policyVersions(before: before, limit: limit)
            let last = found.count == limit ? found.last.map { String($0.number) } : nil
            return .list(found.map(\.json), next: try call.next(after: last, in: reader))
        }
    }
}
