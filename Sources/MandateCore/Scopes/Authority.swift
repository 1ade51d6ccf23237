/// A set of scopes per audience. Never empty and never "everything".
public struct Authority: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let audience: AudienceID
        public let scopes: ScopeSet

        public init(audience: AudienceID, scopes: ScopeSet) {
            self.audience = audience
            self.scopes = scopes
        }
    }

    /// In byte order of the audience, one entry an audience.
    public let entries: [Entry]

    /// The authority, or nil when `entries` is empty or names an audience twice.
    public init?(_ entries: some Sequence<Entry>) {
        let ordered = entries.sorted { $0.audience < $1.audience }
        guard !ordered.isEmpty, zip(ordered, ordered.dropFirst()).allSatisfy({ $0.audience != $1.audience })
        else { return nil }
        self.entries = ordered
    }

    /// The scopes held at `audience`, or nil when none are.
    public func scopes(for audience: AudienceID) -> ScopeSet? {
        entries.first { $0.audience == audience }?.scopes
    }

    /// Whether every audience of `other` is here and its scopes are contained.
    public func covers(_ other: Authority) -> Bool {
        other.entries.allSatisfy { entry in scopes(for: entry.audience)?.covers(entry.scopes) ?? false }
    }

    /// Audience → array of scopes in canonical order, as links and tokens carry it.
    public var json: JSONValue {
        .object(
            entries.map { entry in
                JSONMember(
                    name: entry.audience.rawValue,
                    value: entry.scopes.json)
            })
    }
}
