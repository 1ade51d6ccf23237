import MandateCore

extension ProblemDocument {
    /// What whoever is not let in is told, with the challenge of RFC 6750 §3.
    init(_ refusal: AccessRefusal) {
        switch refusal {
        case .missing:
            self.init(
                401, "Unauthorized",
                "send Authorization: Bearer and an access token for this service; get one with audience = its issuer",
                headers: [Self.challenge()])
        case .severalCredentials:
            self.init(
                400, "Bad Request", "there are several Authorization fields: send one",
                headers: [Self.challenge(error: "invalid_request")])
        case .invalidToken:
            self.init(
                401, "Unauthorized",
                "the token is no access token for this service, or is good no more: get one with audience = its issuer",
                headers: [Self.challenge(error: "invalid_token")])
        case .insufficientScope(let scope):
            self.init(
                403, "Forbidden", "the token does not hold \(scope.rawValue), which this needs: get one that does",
                headers: [Self.challenge(error: "insufficient_scope", scope: scope)])
        case .socketOnly:
            self.init(
                403, "Forbidden", "this works on the host of the service only: use its Unix socket or the command")
        case .unavailable:
            self.init(Problem(.unavailable, "the token cannot be checked now: try again"))
        }
    }

    /// The problem of a token that ended while its request was carried out is told like one that came too late.
    var challenged: ProblemDocument {
        status == 401 && headers.isEmpty
            ? ProblemDocument(401, title, detail, headers: [Self.challenge(error: "invalid_token")]) : self
    }

    private static func challenge(error: String? = nil, scope: AdminScope? = nil) -> (name: String, value: String) {
        var challenge = "Bearer realm=\"administration\""
        if let error { challenge += ", error=\"\(error)\"" }
        if let scope { challenge += ", scope=\"\(scope.rawValue)\"" }
        return ("WWW-Authenticate", challenge)
    }
}
