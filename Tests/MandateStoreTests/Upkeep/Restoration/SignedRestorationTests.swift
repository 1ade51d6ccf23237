import Foundation
import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("Restoring a backup of a signed ledger")
struct SignedRestorationTests {
    let place: Place
    let signing: Signing
    var file: String { place.directory + "/copy.db" }

    /// 1,500 records in the backup, 700 more in the database.
    init() async throws {
        place = try Place()
        signing = try Signing(place)
        let store = try await signing.open()
        #expect(await store.append(1500, at: place.clock.now))
        #expect(try await signing.published(covering: 1500) != nil)
        let backup = try await store.backUp(to: place.directory + "/copy.db")
        #expect(backup.checkpoint == 1500)
        #expect(await store.append(700, at: place.clock.now))
        store.close()
        #expect(try signing.published()?.size == 2200)
    }

    private func restore(_ checkpoints: String...) throws(Problem) -> Restored {
        try Restoration(
            of: file, to: place.database, checkpoints: checkpoints, digests: OpenSSLDigests(), verifier: Ed25519Notes(),
            now: place.clock.now
        ).run()
    }

    private func move(_ names: String...) throws {
        for name in names where FileManager.default.fileExists(atPath: place.directory + "/" + name) {
            try FileManager.default.moveItem(
                atPath: place.directory + "/" + name, toPath: place.directory + "/away-" + name)
        }
    }

    private func moveDatabase() throws { try move("mandate.db", "mandate.db-wal", "mandate.db-shm") }

    @Test("is refused behind the checkpoint beside a database that is lost, and says how far")
    func behind() throws {
        try moveDatabase()
        let error = #expect(throws: Problem.self) { try restore() }
        #expect(error?.kind == .conflict && error?.detail.contains("700 records would be lost") == true)
        #expect(!FileManager.default.fileExists(atPath: place.database))
    }

    @Test("is refused behind a checkpoint from elsewhere, and there is no way around it")
    func elsewhere() throws {
        try moveDatabase()
        try move("mandate.db.checkpoint")
        let shown = place.directory + "/away-mandate.db.checkpoint"
        let error = #expect(throws: Problem.self) { try restore(shown) }
        #expect(error?.detail.contains("700 records would be lost") == true)
        #expect(throws: Problem.self) { try restore(place.directory + "/nothing") }
        #expect(try restore().from == 1500)
    }

    @Test("is refused when the checkpoint it is shown is changed, or another's", arguments: [0, 30, 60, -2])
    func forged(position: Int) throws {
        try moveDatabase()
        var note = try #require(FileManager.default.contents(atPath: signing.file))
        note[position < 0 ? note.count + position : position] ^= 0x01
        try note.write(to: URL(fileURLWithPath: signing.file))
        #expect(throws: Problem.self) { try restore() }
        #expect(!FileManager.default.fileExists(atPath: place.database))
    }

    @Test("leaves a pair that serves: the ledger goes on from the checkpoint that is there")
    func pair() async throws {
        try moveDatabase()
        try move("mandate.db.checkpoint")
        _ = try restore()
        let store = try await signing.open()
        #expect(await store.append(1000, at: place.clock.now))
        store.close()
        #expect(try signing.published()?.size == 2501)
        #expect(try store.storedRoot() == store.expectedRoot())
    }

    @Test("of a moment ago needs no files moved away")
    func current() async throws {
        let copy = place.directory + "/now.db"
        do {
            let store = try await signing.open()
            _ = try await store.backUp(to: copy)
            store.close()
        }
        let restored = try Restoration(
            of: copy, to: place.database, checkpoints: [signing.file], digests: OpenSSLDigests(),
            verifier: Ed25519Notes(), now: place.clock.now
        ).run()
        #expect(restored.from == 2200)
        let again = try await signing.open()
        #expect(try again.records().last?.event == .serverRestored)
    }

    /// Changes the copy and seals it again, as somebody would who knows how it is done.
    @Test(
        "finds a ledger that was written anew from some record on, whose chain is whole",
        arguments: ["DELETE FROM checkpoint WHERE size < 1500", "DELETE FROM tree_tile"])
    func rewritten(sql: String) throws {
        try moveDatabase()
        try move("mandate.db.checkpoint")
        let draft = try DraftFile(for: place.directory + "/forged.db")
        try SealedBackup(at: file, digests: OpenSSLDigests()).copy(into: draft)
        do {
            let connection = try Connection(path: draft.path, access: .copying)
            var previous: String?
            for sequence in Int64(1)...1500 {
                let record = try #require(
                    try connection.first("SELECT record FROM ledger WHERE seq = ?", .integer(sequence)) { $0.text(0) })
                var json = try JSONValue(strict: Array(record.utf8))
                if sequence >= 1200 {
                    json = .object(
                        (json.members ?? []).map { member in
                            switch member.name {
                            case "prev": JSONMember(name: "prev", value: .string(previous ?? ""))
                            case "reason": JSONMember(name: "reason", value: .string("forged"))
                            default: member
                            }
                        })
                    try connection.run(
                        "UPDATE ledger SET record = ? WHERE seq = ?", .utf8(json.canonical), .integer(sequence))
                }
                previous = "sha256:" + Hex.encode(try SHA256.hash([0] + json.canonical))
            }
            try connection.execute(sql)
        }
        let length = try draft.length()
        try draft.write(
            try BackupSeal(over: draft.descriptor, count: length, hashing: OpenSSLDigests(), until: StopFlag()).bytes)
        try draft.publish()
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: place.directory + "/forged.db", toPath: file)
        let error = #expect(throws: Problem.self) { try restore() }
        #expect(error?.detail.contains("another root") == true, "\(error?.detail ?? "")")
    }
}
