import MandateCore

/// Reads what was used and what was issued to requests that may be repeated.
struct RetryReader {
    private let used: Statement
    private let issued: Statement

    init(_ connection: Connection) throws(StoreError) {
        used = try connection.prepare("SELECT 1 FROM used_token WHERE issuer = ? AND id = ?")
        issued = try connection.prepare("SELECT body, claims FROM retry WHERE client = ? AND key = ? AND at > ?")
    }

    func wasUsed(_ token: UsedToken) throws(StoreError) -> Bool {
        try used.first([.text(token.issuer), .text(token.id)]) { _ in true } ?? false
    }

    func issued(to client: AgentID, under key: String, at now: Instant) throws(StoreError) -> IssuedBefore? {
        let since = now.advanced(bySeconds: -RetryKey.lifetime).milliseconds
        return try issued.first([.text(client.rawValue), .text(key), .integer(since)]) { row in
            IssuedBefore(body: row.blob(0), claims: row.blob(1))
        }
    }
}
