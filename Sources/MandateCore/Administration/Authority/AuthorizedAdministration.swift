/// The registry as an administrator with a token changes it: each change commits with the authority of that moment.
///
/// Whatever took the token's authority away before the change is the end of it: the change is refused, and nothing of it
/// was done.
public struct AuthorizedAdministration: RegistryAdministration {
    /// Judges the token anew; throws when it is good no more.
    public typealias Judge = @Sendable () throws(Problem) -> Administrator

    private let administration: any RegistryAdministration
    private let judge: Judge

    /// A registry that changes faster than a token can be judged this often is busy.
    private static let mostJudgements = 8

    public init(_ administration: any RegistryAdministration, judge: @escaping Judge) {
        self.administration = administration
        self.judge = judge
    }

    /// Reads one moment of the registry; the token was judged before.
    public func reading<Answer>(
        _ body: (any RegistryReader) throws(Problem) -> Answer
    ) throws(Problem) -> Answer {
        try administration.reading(body)
    }

    /// Judges the token anew and changes the registry in one transaction, which commits only on what the token was judged on.
    public func changing<Answer: Sendable>(
        _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        for _ in 0..<Self.mostJudgements {
            let administrator = try judge()
            let done = try await administration.changing(on: administrator.grounds) { (editor) throws(Problem) in
                guard editor.now < administrator.expiry else { throw .expired }
                return try body(editor)
            }
            if let done { return done }
        }
        throw Problem(.unavailable, "the registry changes too fast to be sure of this token: try again")
    }

    /// Nobody hands on what the token was judged on.
    public func changing<Answer: Sendable>(
        on grounds: Grounds, _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer? {
        try await administration.changing(on: grounds, body)
    }
}

extension Problem {
    fileprivate static let expired = Problem(.unauthorized, "the token has expired: get a new one")
}
