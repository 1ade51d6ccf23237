import Foundation
import MandateCore
import MandateJOSE
import Synchronization
import Testing

@testable import MandateStore

@Suite("A backup")
struct BackupTests {
    let place: Place
    var file: String { place.directory + "/copy.db" }

    init() throws { place = try Place() }

    private func refusals(_ count: Int) -> [LedgerEntry] {
        (0..<count).map { .refusal("r\($0)", at: place.clock.now) }
    }

    private func files() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: place.directory))
    }

    /// What SQLite makes of the file as it lies there, seal and all.
    private func ask(_ sql: String, of path: String) throws -> String? {
        try Connection(path: path, access: .reading).first(sql) { row in row.text(0) }
    }

    @Test("says how many records are in it, how long it is and where its ledger ends")
    func says() async throws {
        let store = try place.open()
        _ = await store.outcomes(of: refusals(5))
        let newest = try #require(try store.records().last)
        let made = try await store.backUp(to: file)
        let head = "sha256:" + Hex.encode(try SHA256.hash([0] + newest.bytes))
        let length = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int64
        #expect(made == Backup(records: 5, lastSequence: 5, head: head, bytes: try #require(length), checkpoint: nil))
    }

    @Test("is one private file that SQLite opens, with nothing beside it")
    func onefile() async throws {
        let store = try place.open()
        _ = await store.outcomes(of: refusals(300))
        let before = try files()
        _ = try await store.backUp(to: file)
        #expect(try files() == before.union(["copy.db"]))
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try ask("PRAGMA integrity_check", of: file) == "ok")
        #expect(try ask("PRAGMA journal_mode", of: file) == "delete")
        #expect(try ask("SELECT count(*) FROM ledger", of: file) == "300")
        #expect(try files() == before.union(["copy.db"]))
    }

    @Test("of an empty ledger is a backup, too")
    func empty() async throws {
        let made = try await place.open().backUp(to: file)
        #expect(made.records == 0 && made.lastSequence == 0 && made.head == nil)
    }

    @Test("made while records are written is whole, and the beginning of what is there at the end")
    func underLoad() async throws {
        let store = try place.open()
        _ = await store.outcomes(of: refusals(8000))
        let isOver = Mutex(false)
        let writing = Task { [place] in
            var written = 0
            while !isOver.withLock({ $0 }) {
                let outcomes = await store.outcomes(of: (0..<50).map { .refusal("w\($0)", at: place.clock.now) })
                written += outcomes.count { $0 == .durable }
            }
            return written
        }
        var made: [(file: String, backup: Backup)] = []
        for number in 1...4 {
            let copy = "\(file).\(number)"
            made.append((copy, try await store.backUp(to: copy)))
        }
        isOver.withLock { $0 = true }
        let written = await writing.value
        let final = try store.records()
        #expect(final.count == 8000 + written && written > 0)
        #expect(try final.firstBreak() == nil)
        for (copy, backup) in made {
            let copied = try Connection(path: copy, access: .reading).all("SELECT record FROM ledger ORDER BY seq") {
                row in row.blob(0)
            }
            #expect(copied.count == Int(backup.records))
            let isBeginning = copied.elementsEqual(final.prefix(copied.count).map(\.bytes), by: ==)
            #expect(isBeginning)
        }
        #expect(made.map(\.backup.lastSequence) == made.map(\.backup.lastSequence).sorted())
        let (first, last) = (try #require(made.first), try #require(made.last))
        #expect(last.backup.lastSequence > first.backup.lastSequence)
    }

    @Test("never overwrites: not a file, not a link, not the database and what belongs to it")
    func overwrites() async throws {
        let store = try place.open()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        let link = place.directory + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: place.directory + "/nowhere.db")
        let before = try files()
        let own = ["", "-wal", "-shm", "-journal", ".lock", ".checkpoint"].map { place.database + $0 }
        for taken in [file, link, place.directory + "/../" + (place.directory as NSString).lastPathComponent] + own {
            let error = await #expect(throws: Problem.self, "\(taken)") { try await store.backUp(to: taken) }
            #expect(error?.kind == .conflict, "\(taken)")
        }
        #expect(try files() == before)
        #expect(FileManager.default.contents(atPath: file) == Data("mine".utf8))
    }

    @Test(
        "is refused where no file can be",
        arguments: ["", "copy.db", "/", "/nowhere-at-all/copy.db", "/proc/copy.db", "/dev/null/copy.db", "/tmp/a\0b"])
    func nowhere(path: String) async throws {
        let store = try place.open()
        let error = await #expect(throws: Problem.self) { try await store.backUp(to: path) }
        #expect(error?.kind == .invalid && error?.field == "file")
        #expect(error?.detail.contains("/nowhere") == false)
    }

    @Test("is made once at a time")
    func turns() async throws {
        let store = try place.open()
        _ = await store.outcomes(of: refusals(4000))
        let outcomes = await withTaskGroup(of: Problem.Kind?.self) { group in
            for number in 0..<8 {
                group.addTask { [file] in
                    do {
                        _ = try await store.backUp(to: "\(file).\(number)")
                        return nil
                    } catch {
                        return (error as? Problem)?.kind
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(nil))
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .conflict })
        _ = try await store.backUp(to: file)
    }

    @Test("that is no longer wanted leaves nothing")
    func cancelled() async throws {
        let store = try place.open()
        _ = await store.outcomes(of: refusals(8000))
        let before = try files()
        let making = Task { [file] in try await store.backUp(to: file) }
        making.cancel()
        await #expect(throws: Problem.self) { try await making.value }
        #expect(try files() == before)
        #expect(await store.outcomes(of: refusals(1)) == [.durable])
    }

    @Test("of a database that is damaged is none", arguments: ["UPDATE ledger SET record = '{}' WHERE seq = 300"])
    func damaged(tampering: String) async throws {
        let store = try place.open()
        _ = await store.outcomes(of: refusals(300))
        try place.tamper(tampering)
        let before = try files()
        await #expect(throws: Problem.self) { try await store.backUp(to: file) }
        #expect(try files() == before)
    }
}
