import Foundation
import MandateCore
import Testing

@testable import MandateStore

@Suite("A full disk", .enabled(if: SmallDisk.isPossible, "needs the right to mount a tmpfs"))
struct FullDiskTests {
    @Test("refuses records and changes, leaves nothing half written, and recovers by itself")
    func full() async throws {
        let disk = try SmallDisk()
        let place = try Place(in: disk.path)
        let store = try place.open()
        try await store.register([Sample.agent(Sample.reader)])
        let link = try #require(try store.registration(of: Sample.reader)).link.number
        let epoch = try store.epoch()
        func issue(_ count: Int) async throws -> [LedgerOutcome] {
            await store.outcomes(
                of: (0..<count).map { _ in .token("t", link: link, under: epoch, at: place.clock.now) })
        }
        var durable = 0
        for _ in 0..<3 {
            try disk.fill()
            var outcomes: [LedgerOutcome] = []
            while outcomes.first != .refused(.unavailable(.ledger)) {
                outcomes = try await issue(50)
                #expect(Set(outcomes).count == 1)
                if outcomes.first == .durable { durable += 50 }
            }
            let written = try store.records().count
            let error = await #expect(throws: Problem.self) {
                try await store.change { (editor) throws(Problem) in
                    for number in 0..<200 { try editor.save(Sample.audience("audience-\(number)")) }
                }
            }
            #expect(error?.kind == .unavailable)
            #expect(try store.epoch() == epoch)
            try store.reading { (registry) throws(Problem) in #expect(try registry.audiences() == []) }
            try disk.makeRoom()
            #expect(await store.isHealthy())
            #expect(try await issue(1) == [.durable])
            durable += 1
            #expect(try store.records().count == written + 1)
            #expect(try store.records().firstBreak() == nil)
        }
        let tokens = try store.records().filter { $0.event == .tokenIssued }
        #expect(tokens.count == durable)
        let cut = try await store.changing { (editor) throws(Problem) in try editor.cut(Sample.reader) }
        #expect(cut.tokens == Int64(durable))
    }
}
