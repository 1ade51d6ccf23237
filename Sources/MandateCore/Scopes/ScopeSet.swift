/// Scopes in canonical order: byte order, no duplicates, never empty.
public struct ScopeSet: Hashable, Sendable {
    public let scopes: [Scope]

    /// The set, or nil when there is no scope in it: authority is never empty.
    public init?(_ scopes: some Sequence<Scope>) {
        var ordered = Array(scopes)
        if ordered.count > 1 {
            ordered.sort()
            var unique: [Scope] = []
            unique.reserveCapacity(ordered.count)
            for scope in ordered where unique.last != scope { unique.append(scope) }
            ordered = unique
        }
        guard !ordered.isEmpty else { return nil }
        self.scopes = ordered
    }

    /// Whether each scope of `other` is covered by one scope of this set. A union of several never counts.
    public func covers(_ other: ScopeSet) -> Bool { firstUncovered(of: other) == nil }

    /// The first scope of `other` that no scope of this set covers.
    public func firstUncovered(of other: ScopeSet) -> Scope? {
        other.scopes.first { asked in
            !scopes.holdsExactly(asked, by: \.self) && !scopes.contains { $0.covers(asked) }
        }
    }
}

extension Array {
    /// Whether `scope` itself is there. Of a few the caller looks at each anyway; long lists are in order of the scope, and
    /// nearly all that is asked of them is in them word for word.
    func holdsExactly(_ scope: Scope, by name: KeyPath<Element, Scope>) -> Bool {
        guard count > 16 else { return false }
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle][keyPath: name] < scope { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low][keyPath: name] == scope
    }
}

extension ScopeSet: CustomStringConvertible {
    /// Space-delimited (RFC 6749 §3.3).
    public var description: String { scopes.map(\.description).joined(separator: " ") }
}

extension ScopeSet {
    /// What a request's `scope` parameter can be.
    public enum Reading: Hashable, Sendable {
        case absent
        /// The first word that is no scope.
        case malformed(String)
        case scopes(ScopeSet)
    }

    /// The most scopes one request may name.
    public static let maximumRequested = 64

    /// Reads a space-delimited list; spaces around and between scopes collapse.
    public static func reading(_ text: String) -> Reading {
        var scopes: [Scope] = []
        for word in Array(text.utf8).split(separator: UInt8(ascii: " ")) {
            guard let scope = Scope(bytes: word), scopes.count < maximumRequested else {
                return .malformed(String(decoding: word, as: UTF8.self))
            }
            scopes.append(scope)
        }
        guard let set = ScopeSet(scopes) else { return .absent }
        return .scopes(set)
    }
}
