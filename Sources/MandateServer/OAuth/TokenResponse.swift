import MandateCore

/// The answer that carries a token (RFC 6749 §5.1, RFC 8693 §2.2.1).
enum TokenResponse {
    static let noStore = [
        HTTPResponse.Field(name: "Cache-Control", value: "no-store"),
        HTTPResponse.Field(name: "Pragma", value: "no-cache"),
    ]

    static func response(_ answer: TokenAnswer, token: [UInt8]) -> HTTPResponse {
        var json = JSONWriter(capacity: token.count + 512)
        json.raw("{\"access_token\":\"")
        json.raw(token)
        // RFC 8693 §2.2.1: a token that is no access token has the type N_A.
        switch answer.wanted {
        case .accessToken: json.raw("\",\"token_type\":\"Bearer\",\"expires_in\":")
        case .delegation: json.raw("\",\"token_type\":\"N_A\",\"expires_in\":")
        }
        json.integer(answer.lifetime)
        json.raw(",\"scope\":")
        json.string(answer.scopes.description)
        json.raw(",\"issued_token_type\":")
        switch answer.wanted {
        case .accessToken: json.string(TokenTypeName.accessToken)
        case .delegation: json.string(TokenTypeName.delegation)
        }
        if let task = answer.task {
            json.raw(",\"task_id\":")
            json.string(task.rawValue)
        }
        json.raw(",\"delegation_chain_hash\":")
        json.string(answer.chain.text)
        json.raw(",\"delegation_depth\":")
        json.integer(Int64(answer.depth))
        json.raw("}")
        return HTTPResponse(status: 200, fields: noStore, body: json.bytes)
    }
}
