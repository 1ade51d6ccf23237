import MandateCore

extension AdminAPI {
    func listIssuers(_ call: Call) async throws(Problem) -> AdminResponse {
        try administration.reading { (reader) throws(Problem) in
            try call.page(of: try reader.issuers(), in: reader, id: \.issuer, json: \.json)
        }
    }

    func showIssuer(_ call: Call) async throws(Problem) -> AdminResponse {
        let issuer = try call.id(Label.self)
        return .json(try administration.reading { (reader) throws(Problem) in try reader.known(issuer: issuer) }.json)
    }

    func replaceIssuer(_ call: Call) async throws(Problem) -> AdminResponse {
        let (issuer, json) = (try call.id(Label.self), try call.json())
        if let path = json["jwks_file"]?.string {
            try refuseNewFiles([.init(issuer: issuer, path: path, field: "jwks_file")], of: call)
        }
        let saved = try await changes.replace(issuer: issuer, by: json, operator: call.operatorName)
        let segment = PercentEncoding.encode(saved.record.issuer.rawValue)
        return .saved(saved, saved.record.json, at: "/v1/issuers/\(segment)")
    }
}
