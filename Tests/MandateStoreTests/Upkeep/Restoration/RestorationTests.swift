import Foundation
import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("Restoring a backup")
struct RestorationTests {
    let place: Place
    var file: String { place.directory + "/copy.db" }

    init() async throws {
        place = try Place()
        let store = try place.open()
        try await store.register([Sample.agent(Sample.reader)])
        _ = await store.outcomes(of: (1...40).map { .refusal("before \($0)", at: place.clock.now) })
        _ = try await store.backUp(to: place.directory + "/copy.db")
        store.close()
    }

    private func restore() throws(Problem) -> Restored {
        try Restoration(
            of: file, to: place.database, digests: OpenSSLDigests(), verifier: Ed25519Notes(), now: place.clock.now
        ).run()
    }

    private func files(_ isWanted: (String) -> Bool = { _ in true }) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.directory).filter(isWanted).sorted()
    }

    /// Everything but the lock, byte for byte.
    private func everything() throws -> [String: Data] {
        try files { $0.hasPrefix("mandate.db") && !$0.hasSuffix(".lock") && !$0.hasSuffix("-shm") }
            .reduce(into: [String: Data]()) {
                $0[$1] = FileManager.default.contents(atPath: place.directory + "/" + $1)
            }
            // Whoever reads leaves an empty log behind.
            .filter { !$0.value.isEmpty }
    }

    private func writeMore(_ count: Int) async throws {
        let store = try place.open()
        _ = await store.outcomes(of: (1...count).map { .refusal("after \($0)", at: place.clock.now) })
        store.close()
    }

    private func moveAway() throws {
        let away = place.directory + "/away"
        try FileManager.default.createDirectory(atPath: away, withIntermediateDirectories: true)
        for name in try files({ $0.hasPrefix("mandate.db") && !$0.hasSuffix(".lock") }) {
            try FileManager.default.moveItem(atPath: place.directory + "/" + name, toPath: away + "/" + name)
        }
    }

    /// Changes a byte of the backup.
    private func flip(_ position: Int) throws {
        var bytes = try #require(FileManager.default.contents(atPath: file))
        bytes[position] ^= 0x01
        try bytes.write(to: URL(fileURLWithPath: file))
    }

    @Test("puts it in place with a record of it, keeps what was there, and says what is not as it was")
    func restores() throws {
        let restored = try restore()
        #expect(restored.from == 40 && restored.lastSequence == 41 && restored.records == 41)
        let kept = try #require(restored.kept)
        #expect(kept.contains(".before-restore-") && FileManager.default.fileExists(atPath: kept))
        #expect(restored.warnings.contains { $0.contains("is active again") })
        #expect(restored.warnings.contains { $0.contains("keys revoke") })
        let store = try place.open()
        let records = try store.records()
        #expect(try records.firstBreak() == nil)
        let last = try #require(records.last)
        #expect(last.event == .serverRestored && last.json["by"] == .string("operator"))
        #expect(last.json["change"]?["from"] == .integer(40))
        #expect(restored.head == "sha256:" + Hex.encode(try SHA256.hash([0] + last.bytes)))
        #expect(try store.entry(Sample.reader) != nil)
        #expect(try files { $0.hasPrefix(".") } == [])
    }

    @Test("needs no database, and puts none aside")
    func lost() throws {
        try moveAway()
        #expect(try restore().kept == nil)
        #expect(try place.open().records().count == 41)
    }

    @Test("replaces a database that cannot be read, and says so")
    func unreadable() throws {
        try Data("no database".utf8).write(to: URL(fileURLWithPath: place.database))
        let restored = try restore()
        #expect(restored.warnings.contains { $0.contains("cannot be read") })
        let kept = try #require(restored.kept)
        #expect(FileManager.default.contents(atPath: kept) == Data("no database".utf8))
        #expect(try place.open().records().count == 41)
    }

    @Test("takes the log of the old database along, so that it does not end up in the new one")
    func log() throws {
        let log = Data([1, 2, 3, 4])
        try log.write(to: URL(fileURLWithPath: place.database + "-wal"))
        try Data("no database".utf8).write(to: URL(fileURLWithPath: place.database))
        let kept = try #require(try restore().kept)
        #expect(FileManager.default.contents(atPath: kept + "-wal") == log)
        #expect(try place.open().records().firstBreak() == nil)
    }

    @Test("is refused while somebody owns the database")
    func owned() throws {
        let store = try place.open()
        let error = #expect(throws: Problem.self) { try restore() }
        #expect(error?.kind == .conflict)
        #expect(try store.records().count == 40)
    }

    @Test("is refused, and nothing touched, when records would be lost", arguments: [1, 7])
    func behind(count: Int) async throws {
        try await writeMore(count)
        let before = try everything()
        let error = #expect(throws: Problem.self) { try restore() }
        #expect(error?.kind == .conflict && error?.detail.contains("\(count) records would be lost") == true)
        #expect(try everything() == before)
        try moveAway()
        #expect(try restore().lastSequence == 41)
    }

    @Test("is refused, and nothing touched, when the database there has other records")
    func other() async throws {
        try place.tamper("UPDATE ledger SET record = replace(record, 'before 40', 'before 4x') WHERE seq = 40")
        let before = try everything()
        let error = #expect(throws: Problem.self) { try restore() }
        #expect(error?.detail.contains("record 40 is not the same") == true)
        #expect(try everything() == before)
    }

    @Test("finds every changed byte: at the beginning, in rows, in what SQLite does not use, in the seal")
    func flips() throws {
        let length = try #require(FileManager.default.contents(atPath: file)).count
        let before = try everything()
        var generator = SystemRandomNumberGenerator()
        let anywhere = (0..<40).map { _ in Int.random(in: 0..<length, using: &generator) }
        for position in [
            0, 18, 60, 100, 4095, 4096, length / 2, length - 4097, length - 4096, length - 4000, length - 1,
        ]
            + anywhere
        {
            try flip(position)
            #expect(throws: Problem.self, "byte \(position)") { try restore() }
            try flip(position)
        }
        #expect(try everything() == before)
        #expect(try restore().from == 40)
    }

    @Test("refuses what was cut, lengthened or never sealed")
    func lengths() throws {
        let whole = try #require(FileManager.default.contents(atPath: file))
        let seal = whole.suffix(4096)
        let wrong = [
            Data(), whole.prefix(4096), whole.dropLast(4096), whole.dropLast(), whole + [0], whole + seal,
            whole.dropLast(8192) + seal, seal,
        ]
        for bytes in wrong {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            #expect(throws: Problem.self, "\(bytes.count) bytes") { try restore() }
        }
        #expect(try files { $0.contains("before-restore") || $0.hasPrefix(".") } == [])
    }

    /// Seals a database that was changed, as somebody would who knows how it is done.
    private func forge(_ sql: String) throws {
        let stop = StopFlag()
        let draft = try DraftFile(for: place.directory + "/forged.db")
        try SealedBackup(at: file, digests: OpenSSLDigests()).copy(into: draft)
        do {
            let connection = try Connection(path: draft.path, access: .copying)
            try connection.execute(sql)
        }
        let length = try draft.length()
        try draft.write(
            try BackupSeal(over: draft.descriptor, count: length, hashing: OpenSSLDigests(), until: stop).bytes)
        try draft.publish()
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: place.directory + "/forged.db", toPath: file)
    }

    @Test(
        "verifies the whole ledger of a backup with a good seal",
        arguments: [
            ("UPDATE ledger SET record = replace(record, 'before 7', 'before 8') WHERE seq = 7", "record 8 is bad"),
            ("DELETE FROM ledger WHERE seq = 9", "record 9 is bad"),
            ("DELETE FROM ledger WHERE seq < 3", "record 1 is bad"),
            ("UPDATE ledger SET record = 'x' WHERE seq = 20", "record 20 is bad"),
            ("PRAGMA application_id = 1", "no database of mandate"),
            ("PRAGMA user_version = 99", "use a newer mandate"),
        ])
    func forged(sql: String, why: String) throws {
        try moveAway()
        try forge(sql)
        let error = #expect(throws: Problem.self) { try restore() }
        #expect(error?.detail.contains(why) == true, "\(error?.detail ?? "")")
        #expect(try files { $0.contains("before-restore") || $0.hasPrefix(".") || $0 == "mandate.db" } == [])
    }

    @Test("needs a file that is one", arguments: ["/nowhere.db", "/", "/dev/null"])
    func noFile(path: String) throws {
        #expect(throws: Problem.self) {
            try Restoration(
                of: path, to: place.database, digests: OpenSSLDigests(), verifier: Ed25519Notes(),
                now: place.clock.now
            ).run()
        }
    }
}
