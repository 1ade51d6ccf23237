import MandateCore

extension AdminAPI {
    func listAudiences(_ call: Call) async throws(Problem) -> AdminResponse {
        try administration.reading { (reader) throws(Problem) in
            try call.page(of: try reader.audiences(), in: reader, id: \.id, json: \.json)
        }
    }

    func showAudience(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AudienceID.self)
        return .json(try administration.reading { (reader) throws(Problem) in try reader.known(id) }.json)
    }

    func replaceAudience(_ call: Call) async throws(Problem) -> AdminResponse {
        let saved = try await changes.replace(
            audience: try call.id(), by: try call.json(), operator: call.operatorName)
        let segment = saved.record.id.rawValue.split(separator: "/", omittingEmptySubsequences: false)
            .joined(separator: "%2F")
        return .saved(saved, saved.record.json, at: "/v1/audiences/\(segment)")
    }
}
