/// The hand-overs of a task, each below the one it came from.
public struct DelegationTree: Sendable {
    private let tops: [LinkEntry]
    private let below: [Int64: [LinkEntry]]

    /// - Parameter links: Oldest first; so they stay.
    public init(_ links: [LinkEntry]) {
        let numbers = Set(links.map(\.link.number))
        // A chain may go on from a link that is not the task's own: a registration serves every task.
        tops = links.filter { link in link.parent.map { !numbers.contains($0) } ?? true }
        below = Dictionary(grouping: links.filter { $0.parent != nil }) { link in link.parent ?? 0 }
    }

    /// An array of links, each with the links below it.
    public var json: JSONValue { json(of: tops) }

    private func json(of links: [LinkEntry]) -> JSONValue {
        .array(links.map { link in link.json(below: json(of: below[link.link.number] ?? [])) })
    }
}

extension LinkEntry {
    /// The link as a branch of a tree.
    func json(below: JSONValue) -> JSONValue {
        [
            "delegation_chain_hash": .string(link.hash.text),
            "delegator": .string(delegator),
            "delegate": .string(delegate.rawValue),
            "depth": document["depth"] ?? .null,
            "jti": .text(tokenID),
            "authority": document["authority"] ?? .null,
            "issued_at": .time(document["iat"]?.integer.map { Instant(seconds: $0) }),
            "expires_at": .time(expiry),
            "status": .string(status.rawValue),
            "links": below,
        ]
    }
}
