import MandateCore

extension ClientCredential {
    /// How the client of a request proves itself: by `Authorization`, or by the parameters; never by both
    /// (RFC 6749 §2.3).
    init(authorization: [UInt8]?, parameters: Parameters) throws(Refusal) {
        let clientID = parameters["client_id"]
        let secret = parameters["client_secret"]
        let hasAssertion = parameters["client_assertion"] != nil || parameters["client_assertion_type"] != nil
        let methods = [authorization != nil, secret != nil, hasAssertion].count { $0 }
        guard methods <= 1 else { throw .malformedRequest(.severalAuthenticationMethods) }
        if let authorization {
            self = Self.basic(authorization)
            if let clientID, let claimed = claimedClient, clientID != claimed.rawValue {
                throw .malformedRequest(.clientIDsDiffer)
            }
        } else if let secret, let client = clientID.flatMap({ AgentID($0) }) {
            self = .secret(client: client, secret: Array(secret.utf8), method: .post)
        } else {
            self = .unusable(basic: false)
        }
    }

    /// RFC 7617 §2 with RFC 6749 §2.3.1: canonical Base64 of id, colon, secret, each form-encoded.
    private static func basic(_ authorization: [UInt8]) -> ClientCredential {
        guard let space = authorization.firstIndex(of: UInt8(ascii: " ")), authorization[..<space].isName("basic")
        else { return .unusable(basic: false) }
        let credentials = authorization[space...].drop { $0 == UInt8(ascii: " ") }
        guard let pair = Base64.decode(canonical: credentials), let colon = pair.firstIndex(of: UInt8(ascii: ":")),
            let client = FormText.decode(pair[..<colon]).flatMap({ AgentID($0) }),
            let secret = FormText.decode(pair[(colon + 1)...]), !secret.isEmpty
        else { return .unusable(basic: true) }
        return .secret(client: client, secret: Array(secret.utf8), method: .basic)
    }
}
