import Foundation
import MandateCore
import Testing

@testable import MandateStore

@Suite("A disk that fails")
struct OpeningFaultTests {
    @Test(
        "at any call while the database is opened prevents the start or nothing, and damages nothing",
        arguments: Fault.all)
    func opening(fault: Fault) async throws {
        let prepared = try await Counter(in: Place.inMemory)
        // What a killed process leaves is the harder start: the log must be read first.
        let killed = try Place(copying: prepared.place)
        let before = try Tally(of: prepared.place)
        prepared.store.close()
        for call in 1...1000 {
            let place = try Place(copying: killed)
            let disk = try FaultyDisk(place.directory)
            disk.arm(fault, at: call)
            do throws(Problem) {
                let store = try place.open()
                _ = try store.registry()
            } catch {
                #expect(error.kind == .unavailable, "call \(call)")
            }
            let wasStruck = disk.failures > 0
            disk.heal()
            let store = try place.open()
            #expect(try Tally(of: place) == before, "call \(call)")
            #expect(await store.outcomes(of: [.refusal("next", at: place.clock.now)]) == [.durable])
            #expect(try store.records().firstBreak() == nil, "call \(call)")
            if !wasStruck { return }
        }
        Issue.record("opening never ends")
    }

    @Test("at any call of a migration leaves the old schema or the new one", arguments: Fault.all)
    func migration(fault: Fault) throws {
        for call in 1...2000 {
            let place = try Place(in: Place.inMemory)
            let path = place.directory + "/old.db"
            try { try Schema.migrate(try Connection(path: path, access: .creating), to: 2) }()
            let disk = try FaultyDisk(place.directory)
            disk.arm(fault, at: call)
            do {
                try Schema.migrate(try Connection(path: path, access: .writing))
            } catch {}
            let wasStruck = disk.failures > 0
            disk.heal()
            let connection = try Connection(path: path, access: .writing)
            let version = try Schema.version(of: connection)
            let columns = try connection.all("SELECT name FROM pragma_table_info('state')") { row in row.text(0) }
            let tables = try connection.all("SELECT name FROM sqlite_schema WHERE name = 'approval'") { _ in true }
            let steps = (columns.contains("cursor_key") ? 1 : 0) + tables.count
            #expect(version == Int64(2 + steps), "call \(call)")
            try Schema.migrate(connection)
            #expect(try Schema.version(of: connection) == Schema.version)
            if !wasStruck { return }
        }
        Issue.record("the migration never ends")
    }

    @Test(
        "again and again loses no record that was answered for, and keeps none that was refused",
        arguments: [Fault.Kind.ioError, .full, .shortWrite, .unsynced], [1, 2] as [UInt64])
    func often(kind: Fault.Kind, seed: UInt64) async throws {
        let place = try Place(in: Place.inMemory)
        let disk = try FaultyDisk(place.directory)
        do {
            let store = try place.open()
            var durable: [String] = []
            var refused = 0
            disk.arm(kind, oneIn: kind == .unsynced ? 3 : 30, seed: seed)
            for number in 0..<150 {
                let names = (0..<4).map { "\(number).\($0)" }
                let outcomes = await store.outcomes(of: names.map { .refusal($0, at: place.clock.now) })
                #expect(Set(outcomes).count == 1)
                if outcomes.first == .durable { durable += names } else { refused += 1 }
            }
            disk.heal()
            #expect(refused > 0 && !durable.isEmpty)
            #expect(try store.records().map(\.requestID) == durable)
            #expect(try store.records().firstBreak() == nil)
            #expect(await store.isHealthy())
        }
        let store = try place.open()
        #expect(await store.outcomes(of: [.refusal("last", at: place.clock.now)]) == [.durable])
        #expect(try store.records().firstBreak() == nil)
        #expect(try Tally.damage(of: place) == [])
    }
}
