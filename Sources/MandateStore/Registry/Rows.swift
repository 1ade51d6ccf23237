import MandateCore

extension StoredLink {
    /// From the columns `number, hash, document`.
    init(_ row: Row) throws(StoreError) {
        guard let hash = ChainHash(bytes: row.blob(1)) else { throw .unreadable("link.hash") }
        self.init(number: row.integer(0), hash: hash, document: row.blob(2))
    }
}

extension KeyEntry {
    /// The columns of ``init(_:)``.
    static let columns = "id, algorithm, state, created_at, activated_at, retired_at, public_key"

    init(_ row: Row) throws(StoreError) {
        let publicKey: JSONValue
        do {
            publicKey = try JSONValue(strict: row.blob(6))
        } catch {
            throw .unreadable("signing_key.public_key")
        }
        self.init(
            id: try identifier(row.text(0), "signing_key.id"),
            algorithm: try stored(row.text(1), "signing_key.algorithm"),
            state: try stored(row.text(2), "signing_key.state"), createdAt: Instant(milliseconds: row.integer(3)),
            activatedAt: row.optionalInteger(4).map { Instant(milliseconds: $0) },
            retiredAt: row.optionalInteger(5).map { Instant(milliseconds: $0) }, publicKey: publicKey)
    }
}
