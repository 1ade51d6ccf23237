/// What SQLite said. It stays in this module; what leaves is a `Refusal` or a `Problem`.
struct StoreError: Error, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    let message: String

    var description: String { "SQLite \(code): \(message)" }

    /// A row that holds what the schema does not allow.
    static func unreadable(_ what: String) -> StoreError {
        StoreError(code: 0, message: "unreadable \(what)")
    }
}
