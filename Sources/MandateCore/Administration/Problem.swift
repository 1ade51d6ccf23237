/// Why an operator's request was not carried out, in words for a person: what is wrong, where, and the mend.
public struct Problem: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The request itself is wrong (HTTP 400).
        case invalid
        /// Whoever asks is not, or no longer, allowed to (HTTP 401).
        case unauthorized
        /// It is not for this one to do (HTTP 403).
        case forbidden
        case notFound
        /// The request is right but the state forbids it (HTTP 409).
        case conflict
        /// Nothing was changed; try again (HTTP 503).
        case unavailable
    }

    public let kind: Kind
    /// Where in the request: `agents[2].owner`. Nil when it is about the whole.
    public let field: String?
    /// One sentence with the mend.
    public let detail: String

    public init(_ kind: Kind, field: String? = nil, _ detail: String) {
        self.kind = kind
        self.field = field
        self.detail = detail
    }
}
