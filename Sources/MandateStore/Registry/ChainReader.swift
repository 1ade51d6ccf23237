import MandateCore

/// Reads chains, and keeps those it read: a chain never changes.
final class ChainReader {
    private var byHash: [ChainHash: DelegationChain] = [:]
    private var byNumber: [Int64: DelegationChain] = [:]
    /// How many links one loop keeps.
    private static let capacity = 4096

    private let digests: any Digests
    private let linkByHash: Statement
    private let linkByNumber: Statement

    init(_ connection: Connection, digests: any Digests) throws(StoreError) {
        self.digests = digests
        linkByHash = try connection.prepare("SELECT number, hash, document, parent FROM link WHERE hash = ?")
        linkByNumber = try connection.prepare("SELECT number, hash, document, parent FROM link WHERE number = ?")
    }

    /// The chain whose last link has this hash, or nil. A chain with a link missing or changed is an error.
    func chain(_ hash: ChainHash) throws(StoreError) -> DelegationChain? {
        if let known = byHash[hash] { return known }
        guard var row = try linkByHash.first([.blob(hash.bytes)], map: LinkRow.init) else { return nil }
        var rows = [row]
        var known: DelegationChain?
        while let parent = row.parent {
            known = byNumber[parent]
            if known != nil { break }
            guard rows.count <= DelegationConstraints.depths.upperBound,
                let found = try linkByNumber.first([.integer(parent)], map: LinkRow.init)
            else { throw .unreadable("link: an earlier one is missing") }
            row = found
            rows.append(row)
        }
        if byHash.count + rows.count > Self.capacity {
            byHash.removeAll(keepingCapacity: true)
            byNumber.removeAll(keepingCapacity: true)
        }
        for row in rows.reversed() {
            guard let chain = DelegationChain(row.link, after: known, hashing: digests) else {
                throw .unreadable("link: it is not what was stored, or does not follow the one before")
            }
            byHash[row.link.hash] = chain
            byNumber[row.link.number] = chain
            known = chain
        }
        return known
    }
}

private struct LinkRow {
    let link: StoredLink
    let parent: Int64?

    init(_ row: Row) throws(StoreError) {
        link = try StoredLink(row)
        parent = row.optionalInteger(3)
    }
}
