/// What an allowed request must put up with. Of several policies all hold together.
public struct PolicyObligations: Hashable, Sendable {
    /// The longest life of the token, in seconds.
    public var maxLifetime: Int64?
    /// Nothing outside these scopes is given; each set narrows what the one before left.
    public var narrowTo: [ScopeSet]
    /// What a token must be bound to.
    public var required: Set<Requirement>
    /// Whether the record says that it matters.
    public var isElevated: Bool

    /// What `require` can name.
    public enum Requirement: String, Hashable, Sendable, CaseIterable {
        /// A token bound to a key (RFC 9449).
        case dpop
    }

    public static let none = PolicyObligations()

    public init(
        maxLifetime: Int64? = nil, narrowTo: [ScopeSet] = [], required: Set<Requirement> = [], isElevated: Bool = false
    ) {
        self.maxLifetime = maxLifetime
        self.narrowTo = narrowTo
        self.required = required
        self.isElevated = isElevated
    }

    /// Adds what `other` asks for.
    mutating func add(_ other: PolicyObligations) {
        addAllButScopes(of: other)
        for set in other.narrowTo where !narrowTo.contains(set) { narrowTo.append(set) }
    }

    /// Adds what `other` asks for but its scopes.
    mutating func addAllButScopes(of other: PolicyObligations) {
        if let limit = other.maxLifetime { maxLifetime = min(maxLifetime ?? limit, limit) }
        required.formUnion(other.required)
        isElevated = isElevated || other.isElevated
    }
}

extension ScopeSet {
    /// What each of `bounds` leaves of what the one before left; nil when that is nothing.
    func narrowed(to bounds: [ScopeSet]) -> ScopeSet? {
        var left = self
        for bound in bounds {
            guard let less = left.narrowed(to: bound) else { return nil }
            left = less
        }
        return left
    }

    /// The largest set here made of scopes of either side that both sides cover; nil when there is none.
    func narrowed(to bound: ScopeSet) -> ScopeSet? {
        ScopeSet(
            scopes.flatMap { scope -> [Scope] in
                if bound.scopes.contains(where: { $0.covers(scope) }) { return [scope] }
                return bound.scopes.filter { scope.covers($0) }
            })
    }
}
