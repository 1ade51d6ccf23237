import MandateCore
import MandateJOSE

/// What is known of records that are in archives and no longer here.
extension LedgerSource {
    private static let hasher = MerkleHasher(OpenSSLDigests())

    /// How many there are.
    func archived() async throws -> Int64 {
        switch self {
        case .database(let file): return try file.archived()
        case .server(let server):
            let query = [(name: "after", value: "0"), (name: "limit", value: "1")]
            return try LedgerPage(try await server.get("ledger", query: query)).records.first.map { $0.sequence - 1 }
                ?? 0
        }
    }

    /// The tree as it was at a record, and the leaf hash of that record.
    func tree(at size: Int64) async throws -> (KnownTree, last: [UInt8]?) {
        switch self {
        case .database(let file):
            let (tiles, last) = try file.tree(at: size)
            return (.tiles(tiles), last)
        case .server(let server):
            let (edge, leaf) = try await Self.edge(at: size, of: server)
            return (.edge(edge), leaf)
        }
    }

    /// The root over the first records, as it follows from the tree that is kept.
    func root(of size: Int64) async throws -> [UInt8] {
        switch self {
        case .database(let file): return try file.root(of: size)
        case .server(let server):
            let edge = try await Self.edge(at: size, of: server).0
            return try Self.hashing { () throws(Refusal) in try edge.root(Self.hasher) }
        }
    }

    /// The audit path of the last record of a tree names everything to its left.
    private static func edge(at size: Int64, of server: Administration) async throws -> (MerkleFrontier, leaf: [UInt8])
    {
        let query = [(name: "seq", value: String(size)), (name: "size", value: String(size))]
        let answer = try await server.get("ledger", "inclusion", query: query).body
        func hash(_ value: JSONValue?) throws(CommandFailure) -> [UInt8] {
            guard let text = value?.string, let bytes = Base64.decode(canonical: text.utf8) else {
                throw Administration.unreadable
            }
            return bytes
        }
        let leaf = try hash(answer["leaf_hash"])
        var path: [[UInt8]] = []
        for element in answer["proof"]?.array ?? [] { path.append(try hash(element)) }
        let edge = try hashing { [path] () throws(Refusal) in
            try MerkleFrontier(last: leaf, path: path, size: size, hasher)
        }
        guard let edge else { throw Administration.unreadable }
        return (edge, leaf)
    }

    private static func hashing<Answer>(_ body: () throws(Refusal) -> Answer) throws(CommandFailure) -> Answer {
        do {
            return try body()
        } catch {
            throw CommandFailure("OpenSSL cannot compute SHA-256")
        }
    }
}
