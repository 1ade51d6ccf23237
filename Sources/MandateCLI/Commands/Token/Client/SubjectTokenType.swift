import ArgumentParser

/// What may be exchanged.
enum SubjectTokenType: String, ExpressibleByArgument, CaseIterable {
    case delegation
    case accessToken = "access_token"
    case idToken = "id_token"
    case jwt

    /// `subject_token_type` (RFC 8693 §3).
    var uri: String {
        switch self {
        case .delegation: "urn:mandate:params:oauth:token-type:delegation"
        case .accessToken, .idToken, .jwt: "urn:ietf:params:oauth:token-type:\(rawValue)"
        }
    }
}
