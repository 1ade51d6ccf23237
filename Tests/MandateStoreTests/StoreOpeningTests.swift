import Foundation
import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("Opening a store")
struct StoreOpeningTests {
    let place: Place

    init() throws {
        place = try Place()
    }

    private func refusal() -> Problem? {
        #expect(throws: Problem.self) { try place.open() }
    }

    @Test("takes a lock that keeps a second one out until the first is gone")
    func lock() async throws {
        do {
            let first = try place.open()
            #expect(refusal()?.kind == .conflict)
            #expect(await first.outcomes(of: [.refusal("r", at: place.clock.now)]) == [.durable])
            first.close()
        }
        #expect(try place.open().records().count == 1)
    }

    @Test("waits for what a store that was only dropped still had to write")
    func dropped() async throws {
        for round in 1...4 {
            var store: Store? = try place.open()
            let ledger = try #require(store).ledger
            let entries = (0..<500).map { LedgerEntry.refusal("\($0)", at: place.clock.now) }
            ledger.append(entries) { _ in }
            store = nil
            let next = try place.open()
            #expect(try next.records().count == round * 501 - 1)
            #expect(await next.outcomes(of: [.refusal("next", at: place.clock.now)]) == [.durable])
            #expect(try next.records().firstBreak() == nil)
            let late = await withCheckedContinuation { continuation in
                ledger.append([.refusal("late", at: place.clock.now)]) { continuation.resume(returning: $0) }
            }
            #expect(late == [.refused(.unavailable(.overloaded))])
        }
    }

    @Test("makes no database where there is none")
    func missing() throws {
        try FileManager.default.removeItem(atPath: place.database)
        #expect(refusal()?.kind == .notFound)
        #expect(!FileManager.default.fileExists(atPath: place.database))
    }

    @Test("refuses what is no database and leaves it as it is", arguments: [0, 1, 15, 100, 4096, 100_000])
    func garbage(length: Int) throws {
        let garbage = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
        try garbage.write(to: URL(fileURLWithPath: place.database))
        #expect(refusal()?.kind == .unavailable)
        #expect(place.bytes == garbage)
    }

    @Test("refuses a database that was cut off, and leaves it as it is", arguments: [100, 4096, 20_000])
    func truncated(length: Int) throws {
        let rest = try #require(place.bytes).prefix(length)
        try rest.write(to: URL(fileURLWithPath: place.database))
        #expect(refusal()?.kind == .unavailable)
        #expect(place.bytes == rest)
    }

    @Test("refuses somebody else's database and leaves it as it is", arguments: ["DELETE", "WAL"], [0, 0x4750_4B47])
    func foreign(journal: String, application: Int) throws {
        try FileManager.default.removeItem(atPath: place.database)
        do {
            let other = try Connection(path: place.database, access: .creating)
            try other.execute("PRAGMA journal_mode=\(journal); PRAGMA application_id=\(application)")
            try other.execute("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        }
        chmod(place.database, 0o600)
        let before = place.bytes
        #expect(refusal()?.detail.contains("no database of mandate") == true)
        #expect(place.bytes == before)
    }

    @Test("refuses a newer schema, says so, and leaves it as it is")
    func newer() throws {
        try place.tamper("PRAGMA user_version=\(Schema.version + 1)")
        let before = place.bytes
        #expect(refusal()?.detail.contains("use a newer mandate") == true)
        #expect(place.bytes == before)
    }

    @Test(
        "refuses a ledger whose last record does not continue the one before",
        arguments: [
            "DELETE FROM ledger WHERE seq = 2",
            "UPDATE ledger SET record = replace(record, 'req-2', 'req-9') WHERE seq = 2",
            "UPDATE ledger SET seq = 9 WHERE seq = 3", "UPDATE ledger SET record = '{}' WHERE seq = 3",
            "UPDATE ledger SET record = 'x' WHERE seq = 3",
        ])
    func brokenHead(tampering: String) async throws {
        do {
            let store = try place.open()
            _ = await store.outcomes(of: (1...3).map { .refusal("req-\($0)", at: place.clock.now) })
            store.close()
        }
        try place.tamper(tampering)
        #expect(refusal()?.detail.contains("last ledger record") == true)
    }

    @Test("creates nothing over what is there")
    func create() throws {
        let before = place.bytes
        let error = #expect(throws: Problem.self) {
            try Store.create(path: place.database, issuer: Place.issuer, digests: OpenSSLDigests())
        }
        #expect(error?.kind == .conflict)
        #expect(place.bytes == before)
        let link = place.directory + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: place.directory + "/target.db")
        #expect(throws: Problem.self) {
            try Store.create(path: link, issuer: Place.issuer, digests: OpenSSLDigests())
        }
        #expect(!FileManager.default.fileExists(atPath: place.directory + "/target.db"))
    }

    @Test("makes files that nobody else may read")
    func mode() throws {
        for file in [place.database, place.database + ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }
}
