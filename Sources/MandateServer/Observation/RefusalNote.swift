/// What the log and the metrics say of a refusal beside what the caller is told. Nothing of it is secret.
struct RefusalNote: Hashable, Sendable {
    /// The stable code.
    let reason: String
    var requestID: String?
    /// The client, when it proved who it is.
    var clientID: String?
    /// What it named as audiences, as far as they could be audiences.
    var audience: String?
    /// Whether the log says it of many together.
    var isSaidTogether = false
}
