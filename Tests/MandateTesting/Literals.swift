public import MandateCore

/// Tests write scopes and sets of scopes as the text they are; a literal that is none ends the test run.
extension Scope: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        guard let scope = Scope(text) else { preconditionFailure("'\(text)' is no scope") }
        self = scope
    }
}

extension ScopeSet: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        guard case .scopes(let scopes) = ScopeSet.reading(text) else {
            preconditionFailure("'\(text)' is no scope set")
        }
        self = scopes
    }
}

extension Authority: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral entries: (String, ScopeSet)...) {
        guard let authority = Authority(entries.map { Entry(audience: AudienceID(checked: $0), scopes: $1) })
        else { preconditionFailure("an authority names an audience twice, or none") }
        self = authority
    }
}

extension Instant {
    /// The moment most tests happen at: 2027-01-15T08:00:00.000Z.
    public static let eightOClock = Instant(seconds: 1_800_000_000)
}
