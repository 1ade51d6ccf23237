import Foundation
import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("An archive of the ledger")
struct ArchiveTests {
    let place: Place
    let signing: Signing
    var file: String { place.directory + "/old.jsonl" }

    init() throws {
        place = try Place()
        signing = try Signing(place)
    }

    /// A store with so many records of each day, each day covered by a checkpoint.
    private func store(_ days: Int...) async throws -> Store {
        for count in days {
            try await write(count)
            place.clock.advance(bySeconds: 86_400)
        }
        return try await signing.open()
    }

    private func write(_ count: Int) async throws {
        let store = try await signing.open()
        for start in stride(from: 0, to: count, by: 4000) {
            #expect(await store.append(min(4000, count - start), at: place.clock.now))
        }
        store.close()
    }

    private func day(_ number: Int64) -> Instant { Instant(seconds: 1_800_000_000 + (number - 1) * 86_400) }

    private func archive(_ store: Store, before moment: Instant) async throws -> Archive {
        try await store.archive(before: moment, to: file, by: "op")
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.directory).filter { $0.contains("old.jsonl") }
            .sorted()
    }

    private func lines() throws -> [[UInt8]] {
        let bytes = try #require(FileManager.default.contents(atPath: file))
        #expect(bytes.last == UInt8(ascii: "\n"))
        return bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            [UInt8]($0)
        }
    }

    private func rows() throws -> ClosedRange<Int64>? {
        try Connection(path: place.database, access: .reading).first("SELECT min(seq), max(seq) FROM ledger") {
            row in row.integer(0)...row.integer(1)
        }
    }

    @Test("holds the records byte for byte; the rest begins after it and says so")
    func moves() async throws {
        let store = try await store(1000, 500, 7)
        let before = try store.records().map(\.bytes)
        let root = try store.storedRoot()
        let archive = try await archive(store, before: day(2))
        #expect(archive.first == 1 && archive.last == 1000)
        #expect(try lines() == Array(before.prefix(1000)))
        let bytes = try #require(FileManager.default.contents(atPath: file))
        #expect(archive.bytes == Int64(bytes.count))
        #expect(archive.digest == Hex.encode(try SHA256.hash([UInt8](bytes))))
        let rest = try store.records()
        #expect(rest.dropLast().map(\.bytes) == Array(before.dropFirst(1000)))
        let last = try #require(rest.last)
        #expect(last.event == .ledgerArchived && last.json["by"] == .string("op"))
        #expect(last.json["change"]?.canonical == archive.json.canonical)
        #expect(try files() == ["old.jsonl", "old.jsonl.checkpoint"])
        let note = try #require(FileManager.default.contents(atPath: file + ".checkpoint"))
        let signed = try SignedCheckpoint([UInt8](note), by: signing.key.verifierKey, checking: Ed25519Notes())
        #expect(signed.checkpoint.size == 1000)
        try store.reading { (reader) throws(Problem) in
            #expect(try reader.ledgerRoot(of: 0..<1000) == signed.checkpoint.root)
            #expect(try reader.ledgerRoot(of: 0..<1507) == root)
            let path = try reader.inclusionProof(of: 3, in: 1507)
            let leaf = try? MerkleHasher(OpenSSLDigests()).leaf(before[3])
            let proof = MerkleProof(MerkleHasher(OpenSSLDigests()))
            #expect((try? proof.includes(leaf ?? [], at: 3, in: 1507, root: root, path: path)) == true)
        }
    }

    @Test("leaves no more rows than the tree needs, and the ledger goes on, also after a restart")
    func rowsGo() async throws {
        do {
            let store = try await store(5300)
            #expect(try await archive(store, before: day(9)).last == 5300)
            #expect(try rows() == 5121...5301)
            #expect(try store.records().map { $0.json["seq"] } == [.integer(5301)])
            #expect(await store.append(300, at: place.clock.now))
            store.close()
        }
        do {
            let store = try await signing.open()
            #expect(await store.append(300, at: place.clock.now))
            let records = try store.records()
            #expect(records.map { $0.json["seq"] } == (5301...5901).map { .integer($0) })
            try store.reading { (reader) throws(Problem) in
                #expect(try reader.records(after: 0, limit: 1) == [records[0].bytes])
                #expect(try reader.ledgerSize() == 5901)
            }
            store.close()
        }
        #expect(try await signing.open().records().count == 601)
    }

    @Test("can be taken of everything; the record that says so is what is left", arguments: [1, 256, 257, 1000])
    func everything(count: Int) async throws {
        do {
            let store = try await store(count)
            #expect(try await archive(store, before: day(9)).last == Int64(count))
            #expect(try store.records().map(\.event) == [.ledgerArchived])
            store.close()
        }
        let again = try await signing.open()
        #expect(try again.records().map(\.event) == [.ledgerArchived])
        #expect(await again.append(1, at: place.clock.now))
    }

    @Test("is followed by the next, which continues it")
    func next() async throws {
        let store = try await store(1000, 1000, 1000)
        _ = try await archive(store, before: day(2))
        let second = try await store.archive(before: day(3), to: file + ".2", by: "op")
        #expect(second.first == 1001 && second.last == 2000)
        #expect(try store.records().first?.json["seq"] == .integer(2001))
        let none = await #expect(throws: Problem.self) {
            try await store.archive(before: day(3), to: file + ".3", by: "op")
        }
        #expect(none?.kind == .conflict && none?.field == "before")
    }

    @Test("takes nothing young, nothing without a checkpoint, nothing that somebody has yet to read")
    func limits() async throws {
        let store = try await store(1000, 1000)
        #expect(await store.append(10, at: place.clock.now))
        func refused(_ moment: Instant) async -> Problem? {
            await #expect(throws: Problem.self) { try await archive(store, before: moment) }
        }
        #expect(await refused(day(1))?.field == "before")
        #expect(await store.outcomes(of: [LedgerEntry(progress: .syslog, to: 999, at: place.clock.now)]) == [.durable])
        #expect(await refused(day(9))?.field == "before")
        #expect(try files() == [])
        #expect(try store.records().count == 2010)
        #expect(await store.outcomes(of: [LedgerEntry(progress: .syslog, to: 1500, at: place.clock.now)]) == [.durable])
        #expect(try await archive(store, before: day(9)).last == 1000)
    }

    @Test("overwrites nothing, neither the file nor the one of its checkpoint", arguments: ["", ".checkpoint"])
    func overwrites(suffix: String) async throws {
        let store = try await store(1000)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file + suffix))
        let error = await #expect(throws: Problem.self) { try await archive(store, before: day(9)) }
        #expect(error?.kind == .conflict && error?.field == "file")
        #expect(try files() == ["old.jsonl" + suffix])
        #expect(FileManager.default.contents(atPath: file + suffix) == Data("mine".utf8))
        #expect(try store.records().count == 1000)
    }

    @Test(
        "is not made of a ledger that was changed",
        arguments: [
            "UPDATE ledger SET record = replace(record, 'req-7', 'req-8') WHERE seq = 8",
            "DELETE FROM ledger WHERE seq = 9", "UPDATE ledger SET record = 'x' WHERE seq = 1000",
        ])
    func tampered(sql: String) async throws {
        let store = try await store(1000, 5)
        try place.tamper(sql)
        await #expect(throws: Problem.self) { try await archive(store, before: day(2)) }
        #expect(try files() == [])
        #expect(try rows()?.lowerBound == 1)
    }

    @Test("that nothing followed but its first transaction is finished the next time")
    func interrupted() async throws {
        let stretch = Archive(first: 1, last: 3000, bytes: 1, digest: "00")
        do {
            let store = try await store(3000)
            try await store.remove(stretch, by: "op")
            #expect(try rows() == 1...3001)
            #expect(try store.records().map { $0.json["seq"] } == [.integer(3001)])
            store.close()
        }
        let again = try await signing.open()
        #expect(try again.records().count == 1)
        await again.deleteArchivedRows()
        #expect(try rows() == 2817...3001)
        #expect(await again.append(600, at: place.clock.now))
        let error = await #expect(throws: Problem.self) { try await again.remove(stretch, by: "op") }
        #expect(error?.kind == .unavailable)
    }

    @Test("does not stop the ledger while rows go")
    func meanwhile() async throws {
        let store = try await store(20_000)
        let archiving = Task { [file, moment = day(9)] in try await store.archive(before: moment, to: file, by: "op") }
        var (slowest, rounds) = (Duration.zero, 0)
        while try rounds < 20 || rounds < 5000 && rows()?.lowerBound == 1 {
            let begin = ContinuousClock.now
            #expect(await store.append(1, at: place.clock.now))
            slowest = max(slowest, .now - begin)
            rounds += 1
        }
        _ = try await archiving.value
        #expect(slowest < .seconds(3))
        #expect(try store.storedRoot().count == 32)
    }

    @Test("goes into a backup and comes back with it")
    func backedUp() async throws {
        let store = try await store(1000, 400)
        _ = try await archive(store, before: day(2))
        let copy = place.directory + "/copy.db"
        let backup = try await store.backUp(to: copy)
        #expect(backup.records == 401 && backup.lastSequence == 1401)
        store.close()
        let restored = try Restoration(
            of: copy, to: place.directory + "/elsewhere.db", digests: OpenSSLDigests(), verifier: Ed25519Notes(),
            now: place.clock.now
        ).run()
        #expect(restored.records == 402 && restored.from == 1401)
    }
}
