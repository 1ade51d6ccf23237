import MandateCore

/// What the database answers. When it does not, the problem is `sentence` with what it said, or that the service is
/// stopping once `stop` is set; `mend` says what can be done.
func asking<Answer>(
    failing sentence: @autoclosure () -> String, until stop: StopFlag? = nil, mend: String? = nil,
    _ question: () throws(StoreError) -> Answer
) throws(Problem) -> Answer {
    do {
        return try question()
    } catch {
        if let stop, stop.isSet { throw .stopping }
        throw Problem(.unavailable, "\(sentence()): \(error.reason)\(mend.map { "; \($0)" } ?? "")")
    }
}

/// The result of hashing; that it fails is the store's failure.
func hashing<Answer>(_ body: () throws(Refusal) -> Answer) throws(StoreError) -> Answer {
    do {
        return try body()
    } catch {
        throw StoreError(code: 0, message: "SHA-256 failed")
    }
}

extension Problem {
    /// Long work was cut short.
    static let stopping = Problem(.unavailable, "the service is stopping; there is no copy")
}

extension StoreError {
    /// The message, with the code when it is SQLite's.
    fileprivate var reason: String { code == 0 ? message : "\(message) (SQLite code \(code))" }
}
