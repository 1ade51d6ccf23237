/// How much harm a scope can do, ascending.
public enum ScopeClass: String, Hashable, Sendable, CaseIterable, Comparable {
    case read, write, delete, admin

    private var rank: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .delete: 2
        case .admin: 3
        }
    }

    public static func < (left: ScopeClass, right: ScopeClass) -> Bool { left.rank < right.rank }
}

/// The scopes an audience knows. What no entry covers is unknown and cannot be granted.
public struct Catalogue: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let name: Scope
        public let scopeClass: ScopeClass
        public let sensitivity: Label?

        public init(name: Scope, scopeClass: ScopeClass, sensitivity: Label? = nil) {
            self.name = name
            self.scopeClass = scopeClass
            self.sensitivity = sensitivity
        }
    }

    /// In byte order of the name.
    public let entries: [Entry]
    /// Those with a `*`, and the worst class of all.
    private let patterns: [Entry]
    private let worst: ScopeClass

    /// The catalogue, or nil when it is empty or names a scope twice.
    public init?(_ entries: some Sequence<Entry>) {
        let ordered = entries.sorted { $0.name < $1.name }
        guard !ordered.isEmpty, zip(ordered, ordered.dropFirst()).allSatisfy({ $0.name != $1.name }) else { return nil }
        self.entries = ordered
        patterns = ordered.filter { $0.name.isPattern }
        worst = ordered.map(\.scopeClass).max() ?? .admin
    }

    /// The first scope of `asked` that no entry covers.
    public func firstUnknown(of asked: ScopeSet) -> Scope? {
        asked.scopes.first { !knows($0) }
    }

    /// Whether an entry covers `scope`.
    public func knows(_ scope: Scope) -> Bool {
        entries.holdsExactly(scope, by: \.name) || entries.contains { $0.name.covers(scope) }
    }

    /// The worst class of every entry that `scope` overlaps, or nil when no entry covers it.
    public func scopeClass(of scope: Scope) -> ScopeClass? {
        guard let covering = entries.first(where: { $0.name.covers(scope) }) else { return nil }
        var worst = covering.scopeClass
        for entry in entries where entry.scopeClass > worst && entry.name.overlaps(scope) { worst = entry.scopeClass }
        return worst
    }

    /// The worst class of every entry that one of `scopes` overlaps. Every token asks, so it looks at little: a scope
    /// without `*` is overlapped by its namesake and by patterns only, and nothing is worse than the worst.
    func worstClass(of scopes: ScopeSet) -> ScopeClass {
        var found = ScopeClass.read
        for scope in scopes.scopes {
            var candidates = entries
            if !scope.isPattern {
                candidates = patterns
                if let namesake = entry(named: scope) { found = max(found, namesake.scopeClass) }
            }
            for entry in candidates where entry.scopeClass > found && entry.name.overlaps(scope) {
                found = entry.scopeClass
            }
            if found == worst { return found }
        }
        return found
    }

    private func entry(named scope: Scope) -> Entry? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].name < scope { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].name == scope ? entries[low] : nil
    }
}
