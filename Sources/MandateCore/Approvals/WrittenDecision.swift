/// A decision as an approver writes it down. It may narrow what was asked for, and never widens it.
public struct WrittenDecision: Hashable, Sendable {
    /// What is approved of the scopes; nil for all.
    let scopes: ScopeSet?
    /// The longest life of the token, in seconds; nil for what was asked.
    let lifetime: Int64?
    let reason: PrintableText?
    /// The person who decided, when it is written down by somebody else.
    public let person: Label?

    /// Reads the body of an approval.
    public static func approval(_ body: JSONValue) throws(Problem) -> WrittenDecision {
        let reader = try ObjectReader(body, at: .root, "the body", known: ["scope", "expires_in", "reason", "by"])
        return WrittenDecision(
            scopes: try scopes(reader), lifetime: try reader.integer("expires_in", in: Lifetimes.settable),
            reason: try reader.text("reason"), person: try reader.identifier(Label.self, "by"))
    }

    /// Reads the body of a denial.
    public static func denial(_ body: JSONValue) throws(Problem) -> WrittenDecision {
        let reader = try ObjectReader(body, at: .root, "the body", known: ["reason", "by"])
        return WrittenDecision(
            scopes: nil, lifetime: nil, reason: try reader.text("reason"),
            person: try reader.identifier(Label.self, "by"))
    }

    private static func scopes(_ reader: ObjectReader) throws(Problem) -> ScopeSet? {
        guard let text = try reader.string("scope") else { return nil }
        switch ScopeSet.reading(text) {
        case .scopes(let scopes): return scopes
        case .absent:
            throw reader.field("scope").problem("names no scope: leave it out to approve all, or deny the request")
        case .malformed(let word): throw reader.field("scope").problem("\(quoted(word)) is no scope")
        }
    }

    /// Refuses scopes that were not asked for, and those that leave nothing of an audience that was.
    func check(against asked: Authority) throws(Problem) {
        guard let scopes else { return }
        if let excess = asked.allScopes?.firstUncovered(of: scopes) {
            throw Problem(
                .invalid, field: "scope", "\(quoted(excess.description)) was not asked for: an approval only narrows")
        }
        for entry in asked.entries where entry.scopes.narrowed(to: scopes) == nil {
            throw Problem(
                .invalid, field: "scope",
                "leaves nothing at \(quoted(entry.audience.rawValue)), which was asked for: name a scope there, or deny"
            )
        }
    }
}

extension Authority {
    /// The scopes at all audiences together.
    var allScopes: ScopeSet? { ScopeSet(entries.flatMap(\.scopes.scopes)) }
}
