import Foundation
import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("The tree of a ledger")
struct TreeTests {
    let place: Place

    init() throws { place = try Place() }

    private func tiles() throws -> [Int64] {
        try Connection(path: place.database, access: .reading).all(
            "SELECT level, number FROM tree_tile ORDER BY level, number"
        ) { row in row.integer(0) * 1000 + row.integer(1) }
    }

    @Test("is that of RFC 9162, whatever the size and however often it was opened", arguments: [1, 255, 256, 257, 700])
    func root(count: Int) async throws {
        for round in 1...2 {
            let store = try place.open()
            #expect(await store.append(count, at: place.clock.now))
            #expect(try store.storedRoot() == store.expectedRoot())
            #expect(try tiles().count == round * count / 256)
            store.close()
        }
    }

    @Test("forgets what was not committed, also where it had filled a tile")
    func undone() async throws {
        let store = try place.open()
        #expect(await store.append(250, at: place.clock.now))
        for _ in 1...2 {
            await #expect(throws: Problem.self) {
                try await store.change { (editor) throws(Problem) in
                    for _ in 0..<300 {
                        try editor.append(LedgerRecord(at: editor.now, event: .keyPublished))
                    }
                    throw Problem(.conflict, "no")
                }
            }
            #expect(try tiles().isEmpty)
        }
        #expect(await store.append(300, at: place.clock.now))
        #expect(try store.storedRoot() == store.expectedRoot())
        #expect(try tiles() == [0, 1])
    }

    @Test(
        "is made of the records where it never was, as after an update",
        arguments: ["DELETE FROM tree_tile", "DELETE FROM tree_tile WHERE number = 1"])
    func built(damage: String) async throws {
        do {
            let store = try place.open()
            #expect(await store.append(1000, at: place.clock.now))
            store.close()
        }
        try place.tamper(damage)
        let store = try place.open()
        #expect(try tiles() == [0, 1, 2])
        #expect(await store.append(30, at: place.clock.now))
        #expect(try tiles() == [0, 1, 2, 3])
        #expect(try store.storedRoot() == store.expectedRoot())
    }

    @Test("that is longer than the ledger shows that records were cut")
    func cut() async throws {
        do {
            let store = try place.open()
            #expect(await store.append(600, at: place.clock.now))
            store.close()
        }
        try place.tamper("DELETE FROM ledger WHERE seq > 500")
        let error = #expect(throws: Problem.self) { try place.open() }
        #expect(error?.detail.contains("records were cut") == true)
    }
}

@Suite("The checkpoints of a ledger")
struct CheckpointWriterTests {
    let place: Place
    let signing: Signing

    init() throws {
        place = try Place()
        signing = try Signing(place)
    }

    @Test("come within a second of the last record though nothing follows, in the database and beside it")
    func idle() async throws {
        let store = try await signing.open()
        #expect(try store.checkpointKey() == signing.key.verifierKey)
        #expect(await store.append(3, at: place.clock.now))
        let waited = try #require(try await signing.published(covering: 3))
        #expect(waited < .seconds(1.2))
        let stored = try store.checkpoints()
        #expect(stored.map(\.size) == [3])
        #expect(stored.first?.note == FileManager.default.contents(atPath: signing.file).map { [UInt8]($0) })
        #expect(try signing.published()?.root == store.expectedRoot())
        let mode = try FileManager.default.attributesOfItem(atPath: signing.file)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o644)
        try await Task.sleep(for: .seconds(1))
        #expect(try store.checkpoints() == stored, "nothing new, nothing signed")
    }

    @Test("come at once after 1,000 records; of each thousand the last is kept, and the newest")
    func many() async throws {
        let sizes: [Int64]
        do {
            let store = try await signing.open()
            #expect(await store.append(1000, at: place.clock.now))
            #expect(try store.checkpoints().map(\.size) == [1000])
            for _ in 0..<5 { #expect(await store.append(500, at: place.clock.now)) }
            store.close()
            sizes = try store.checkpoints().map(\.size)
        }
        #expect(sizes.first == 1000 && sizes.last == 3500, "the stop leaves nothing uncovered")
        #expect(sizes.count <= 4 && Set(sizes.map { ($0 - 1) / 1000 }).count == sizes.count)
        #expect(try signing.published()?.size == 3500)
        let again = try await signing.open()
        #expect(await again.append(1, at: place.clock.now))
        again.close()
        #expect(try again.checkpoints().map(\.size) == sizes.dropLast() + [3501])
    }

    @Test("go on after a transaction that failed")
    func failed() async throws {
        let store = try await signing.open()
        #expect(await store.append(999, at: place.clock.now))
        await #expect(throws: Problem.self) {
            try await store.change { (editor) throws(Problem) in
                try editor.append(LedgerRecord(at: editor.now, event: .keyPublished))
                throw Problem(.conflict, "no")
            }
        }
        #expect(try await signing.published(covering: 999) != nil)
        #expect(await store.append(1, at: place.clock.now))
        #expect(try await signing.published(covering: 1000) != nil)
        #expect(try signing.published()?.root == store.expectedRoot())
    }

    @Test("are published again when the file is gone")
    func republished() async throws {
        do {
            let store = try await signing.open()
            #expect(await store.append(5, at: place.clock.now))
            store.close()
        }
        try FileManager.default.removeItem(atPath: signing.file)
        let again = try await signing.open()
        #expect(try await signing.published(covering: 5) != nil)
        again.close()
    }

    @Test("that nobody can write to the file do not stop the ledger")
    func noFile() async throws {
        try FileManager.default.createDirectory(atPath: signing.file + ".new", withIntermediateDirectories: true)
        let store = try await signing.open()
        #expect(await store.append(1000, at: place.clock.now))
        #expect(try store.checkpoints().map(\.size) == [1000])
        #expect(try signing.published() == nil)
    }
}

@Suite("A ledger that is not what was signed")
struct CheckpointCheckTests {
    let place: Place
    let signing: Signing

    init() async throws {
        place = try Place()
        signing = try Signing(place)
        let store = try await signing.open()
        #expect(await store.append(300, at: place.clock.now))
        store.close()
        #expect(try signing.published()?.size == 300)
    }

    private func refusal() async -> String {
        let error = await #expect(throws: Problem.self) { try await signing.open() }
        return error?.detail ?? ""
    }

    @Test("is not signed when its end was cut off")
    func cut() async throws {
        try place.tamper("DELETE FROM ledger WHERE seq > 290")
        #expect(await refusal().contains("covers 300 records, but the ledger has 290"))
        try place.tamper("DELETE FROM checkpoint")
        #expect(await refusal().contains("mandate.db.checkpoint covers 300 records, but the ledger has 290"))
    }

    @Test("is not signed when its end was cut off and something else was appended")
    func replaced() async throws {
        try place.tamper("DELETE FROM ledger WHERE seq > 290; DELETE FROM checkpoint")
        do {
            let store = try place.open()
            #expect(await store.append(50, at: place.clock.now.advanced(bySeconds: 1)))
            store.close()
        }
        #expect(await refusal().contains("has another root than the first 300 records"))
    }

    @Test("is not signed when the newest checkpoint in the database is somebody else's")
    func forged() async throws {
        try place.tamper("UPDATE checkpoint SET note = replace(note, 'tokens', 'takens')")
        #expect(await refusal().contains("is not signed by the key of this ledger"))
        try place.tamper("UPDATE checkpoint SET note = 'x'")
        #expect(await refusal().contains("is not a checkpoint"))
    }

    @Test("is signed when the file beside it is somebody else's: that says nothing, and is replaced")
    func foreign() async throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: signing.file))
        let store = try await signing.open()
        var size: Int64?
        for _ in 0..<300 where size == nil {
            try await Task.sleep(for: .milliseconds(10))
            size = (try? signing.published())??.size
        }
        #expect(size == 300)
        store.close()
    }

    @Test("is not made anew beside the checkpoint of the old one")
    func anew() throws {
        try FileManager.default.removeItem(atPath: place.database)
        let error = #expect(throws: Problem.self) {
            try Store.create(path: place.database, issuer: Place.issuer, digests: OpenSSLDigests())
        }
        #expect(error?.detail.contains("checkpoint of a ledger that is not there") == true)
    }
}
