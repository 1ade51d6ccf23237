import MandateCore
import MandateJOSE

@testable import MandateStore

/// A link that a test puts into the store, as an issuance would.
struct HandOver: Sendable {
    let delegate: AgentID
    var after: Made?
    var principal = "alice@company.com"
    var task: String?
    var life: Int64 = 3600

    /// A link that is in the store.
    struct Made: Sendable {
        let number: Int64
        let hash: ChainHash
        let depth: Int64
        let delegate: AgentID
        let token: UUIDv7
    }
}

extension Store {
    /// Makes the links, each after what `before` says of the ones made so far.
    func handOver(_ hands: HandOver...) async throws -> [HandOver.Made] {
        try await changing { (editor) throws(Problem) in
            guard let editor = editor as? StoreEditor else { throw Problem(.invalid, "not the store's editor") }
            var made: [HandOver.Made] = []
            for hand in hands { made.append(try editor.insert(hand)) }
            return made
        }
    }

    /// Issues one token for each lifetime under a link.
    func issue(_ lifetimes: Int64..., under link: Int64, at now: Instant) async throws {
        let epoch = try epoch()
        let entries = lifetimes.map { LedgerEntry.token("t", link: link, under: epoch, at: now, livingFor: $0) }
        guard await outcomes(of: entries) == entries.map({ _ in .durable }) else {
            throw Problem(.invalid, "not issued")
        }
    }

    func status(of hash: ChainHash) throws -> LinkStatus? {
        try reading { (registry) throws(Problem) in try registry.chain(to: hash) }.last?.status
    }

    /// One number out of the database.
    func number(_ sql: String) async throws -> Int64? {
        try await changing { (editor) throws(Problem) in
            try (editor as? StoreEditor)?.asking { () throws(StoreError) in
                try (editor as? StoreEditor)?.connection.first(sql) { row in row.optionalInteger(0) } ?? nil
            }
        }
    }
}

extension StoreEditor {
    func insert(_ hand: HandOver) throws(Problem) -> HandOver.Made {
        do {
            let random = try RandomBytes.few(10)
            let token = UUIDv7(at: now, random: random)!
            let depth = (hand.after?.depth ?? 0) + 1
            let link: JSONValue = [
                "v": 1, "iss": .string(Place.issuer.rawValue), "chain": "AAAAAAAAAAAAAAAAAAAAAA",
                "depth": .integer(depth), "parent": hand.after.map { .string($0.hash.text) } ?? .null,
                "jti": .string(token.text),
                "delegator": .string(hand.after?.delegate.rawValue ?? hand.principal),
                "delegate": .string(hand.delegate.rawValue), "principal": ["owner": .string(hand.principal)],
                "authority": Sample.authority.json, "task": hand.task.map { .string($0) } ?? .null,
                "iat": .integer(now.seconds), "exp": .integer(now.seconds + hand.life), "policy": "sha256:none",
                "approval": .null, "cnf": .null,
            ]
            let document = link.canonical
            let hash = try ChainHash(ofLink: document, hashing: OpenSSLDigests())
            try connection.run(
                """
                INSERT INTO link (hash, parent, delegate, expires_at, document, principal, task, token)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, .blob(hash.bytes), SQLValue(hand.after?.number), .text(hand.delegate.rawValue),
                .integer(now.seconds + hand.life), .text(String(decoding: document, as: UTF8.self)),
                .text(hand.principal), SQLValue(hand.task), .text(token.text))
            return HandOver.Made(
                number: connection.lastInsertedRow, hash: hash, depth: depth, delegate: hand.delegate, token: token)
        } catch {
            throw Problem(.unavailable, "\(error)")
        }
    }
}
