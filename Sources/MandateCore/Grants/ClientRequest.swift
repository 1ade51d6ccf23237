/// What a client asks of the service, typed; every one of them authenticates in the same way.
public enum ClientRequest: Hashable, Sendable {
    case token(TokenRequest)
    /// RFC 7662 §2.1.
    case introspection(TokenQuestion)
    /// RFC 7009 §2.1.
    case revocation(TokenQuestion)
    case completion(TaskCompletion)

    public var credential: ClientCredential {
        switch self {
        case .token(let request): request.credential
        case .introspection(let question), .revocation(let question): question.credential
        case .completion(let completion): completion.credential
        }
    }

    /// The address the request came from.
    public var address: String {
        switch self {
        case .token(let request): request.address
        case .introspection(let question), .revocation(let question): question.address
        case .completion(let completion): completion.address
        }
    }
}

/// A question about one token, or its end.
public struct TokenQuestion: Hashable, Sendable {
    public let credential: ClientCredential
    public let token: [UInt8]
    public let address: String

    public init(credential: ClientCredential, token: [UInt8], address: String) {
        self.credential = credential
        self.token = token
        self.address = address
    }
}

/// The end of a task, by whoever holds its first delegation.
public struct TaskCompletion: Hashable, Sendable {
    public let credential: ClientCredential
    public let task: TaskID
    public let address: String

    public init(credential: ClientCredential, task: TaskID, address: String) {
        self.credential = credential
        self.task = task
        self.address = address
    }
}
