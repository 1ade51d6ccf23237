import MandateCore

/// What a request was, in the words of the metrics and the log: a fixed number of them, whatever is sent.
struct RequestKind: Hashable, Sendable {
    /// What was asked for.
    enum Endpoint: Int, CaseIterable, Sendable {
        case token, introspect, revoke, complete, delegations, keys, revocations, readiness
        /// Fixed documents, and what is not there.
        case other
        /// It could not be understood as a request.
        case none

        var label: String {
            switch self {
            case .token: "token"
            case .introspect: "introspect"
            case .revoke: "revoke"
            case .complete: "complete"
            case .delegations: "delegations"
            case .keys: "jwks"
            case .revocations: "revocations"
            case .readiness: "readyz"
            case .other: "other"
            case .none: "none"
            }
        }
    }

    /// By what grant a token was asked for.
    enum Grant: Int, CaseIterable, Sendable {
        /// The endpoint knows none, or the request was refused before it was read.
        case none
        case clientCredentials, tokenExchange, deferred, unsupported

        var label: String {
            switch self {
            case .none: ""
            case .clientCredentials: GrantKind.clientCredentials.rawValue
            case .tokenExchange: GrantKind.tokenExchange.rawValue
            case .deferred: "deferred"
            case .unsupported: "unsupported"
            }
        }
    }

    var endpoint = Endpoint.none
    var grant = Grant.none

    /// A small number of its own.
    var index: Int { endpoint.rawValue * Grant.allCases.count + grant.rawValue }
    static let count = Endpoint.allCases.count * Grant.allCases.count
}

extension RequestKind {
    init(_ asked: Routes.Asked) {
        switch asked {
        case .answered: endpoint = .other
        case .token: endpoint = .token
        case .introspection: endpoint = .introspect
        case .revocation: endpoint = .revoke
        case .completion: endpoint = .complete
        case .chain: endpoint = .delegations
        case .keys: endpoint = .keys
        case .revocations: endpoint = .revocations
        case .readiness: endpoint = .readiness
        }
    }
}

extension RequestKind.Grant {
    init(_ request: ClientRequest) {
        guard case .token(let request) = request else {
            self = .none
            return
        }
        switch request.grant {
        case .clientCredentials: self = .clientCredentials
        case .tokenExchange: self = .tokenExchange
        case .deferred, .held: self = .deferred
        case .unsupported: self = .unsupported
        }
    }
}
