import ArgumentParser

/// What may be asked for.
enum RequestedTokenType: String, ExpressibleByArgument, CaseIterable {
    case delegation
    case accessToken = "access_token"

    /// `requested_token_type`.
    var uri: String {
        switch self {
        case .delegation: SubjectTokenType.delegation.uri
        case .accessToken: SubjectTokenType.accessToken.uri
        }
    }
}
