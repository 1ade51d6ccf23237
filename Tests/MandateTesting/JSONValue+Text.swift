public import MandateCore

extension JSONValue {
    /// The value that `text` writes.
    public init(text: String) throws {
        self = try JSONValue(strict: Array(text.utf8))
    }
}
