import Foundation
import Glibc
import MandateCore
import Testing

@testable import MandateStore

/// A small file system in memory, gone with the value.
private final class SmallDisk: Sendable {
    let path: String

    /// Whether this process may mount one.
    static let isPossible = (try? SmallDisk()) != nil

    init() throws {
        path = NSTemporaryDirectory() + "/mandate-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=2m") == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Takes all the room that is left.
    func fill() throws {
        let descriptor = Glibc.open(path + "/filler", O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        let page = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, page, page.count) > 0 {}
        Glibc.close(descriptor)
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/filler") }
}

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
