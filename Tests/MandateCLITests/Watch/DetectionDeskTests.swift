import Foundation
import Logging
import MandateCore
import MandateJOSE
import MandateStore
import MandateTesting
import Synchronization
import Testing

@testable import MandateCLI

@Suite("Whoever watches the ledger")
struct DetectionDeskTests {
    private let store: Store
    private let told = Told()

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "watch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        let path = directory.appending(path: "mandate.db").path
        let issuer = try #require(Issuer("https://tokens.example.com"))
        try Store.create(path: path, issuer: issuer, digests: OpenSSLDigests())
        store = try Store(
            path: path, issuer: issuer, digests: OpenSSLDigests(), random: RandomBytes.few, now: Clock.now,
            report: { _ in })
    }

    /// What was counted as found.
    private final class Told: Sendable {
        let detections = Mutex<[Detection]>([])
    }

    /// However slow the machine is, no position is due for its age.
    private func desk(_ ledger: (any Ledger)? = nil) -> DetectionDesk {
        DetectionDesk(
            administration: store, ledger: ledger ?? store.ledger, now: Clock.now, logger: .quiet,
            stopped: { _ in nil }, saveAfter: .seconds(3600),
            onFinding: { [told] found in told.detections.withLock { $0.append(found) } })
    }

    private func append(_ reason: String, _ agents: String..., times: Int = 1) {
        let outcomes = Awaited<[LedgerOutcome]>()
        let records = (0..<times).flatMap { _ in agents }.map { agent in
            var record = LedgerRecord(at: Clock.now(), event: .tokenRefused)
            record.agentID = agent
            record.decision = .deny
            record.reason = reason
            return LedgerEntry(record, effect: .none)
        }
        store.ledger.append(records) { outcomes.set($0) }
        #expect(outcomes.value().allSatisfy { $0 == .durable })
    }

    /// Rule, agent and count of every finding in the ledger.
    private func findings() throws -> [String] {
        try store.reading { (reader) throws(Problem) in try reader.records(after: 0, limit: 100_000) }.compactMap {
            let json = try JSONValue(strict: $0)
            guard json["event"] == "detection.raised" else { return nil }
            return
                "\(json["rule"]?.string ?? "") \(json["agent_id"]?.string ?? "") \(json["change"]?["count"]?.integer ?? 0)"
        }
    }

    private func position() throws -> Int64? {
        try store.reading { (reader) throws(Problem) in try reader.position(of: .detections) }
    }

    @Test("records what is found with how far it has come, and reads on from there")
    func once() throws {
        let desk = desk()
        append("presenter_mismatch", "agent-1", "agent-2")
        #expect(desk.work() == .done)
        #expect(try findings() == ["presenter_mismatch agent-1 1", "presenter_mismatch agent-2 1"])
        #expect(try position() == 2)
        for _ in 1...3 { #expect(desk.work() == .done) }
        #expect(try findings().count == 2)
        #expect(told.detections.withLock { $0 } == [.presenterMismatch, .presenterMismatch])
        desk.finish()
        #expect(try position() == 4)
    }

    @Test("goes on after a crash as if there had been none", arguments: [0, 3, 498, 700])
    func crash(before: Int) throws {
        if before > 0 { append("task_missing", "agent-0", times: before) }
        append("exceeds_class", "agent-1", times: 3)
        while desk().work() == .more, try position() != nil { break }
        append("exceeds_class", "agent-1")
        let second = desk()
        while second.work() == .more {}
        append("exceeds_class", "agent-1")
        // This one read before the finding was made; the next remembers what it read.
        let third = desk()
        while third.work() == .more {}
        #expect(try findings() == ["scope_escalation agent-1 5"])
        let fourth = desk()
        append("exceeds_class", "agent-1", times: 3)
        while fourth.work() == .more {}
        #expect(try findings() == ["scope_escalation agent-1 5"])
    }

    /// Refuses the first calls, as a full disk does.
    private final class Stubborn: Ledger {
        private let refusals: Mutex<Int>
        private let ledger: any Ledger

        init(_ ledger: any Ledger, refusals: Int) {
            self.ledger = ledger
            self.refusals = Mutex(refusals)
        }

        func append(_ entries: [LedgerEntry], release: @escaping @Sendable ([LedgerOutcome]) -> Void) {
            let refuses = refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            if refuses { return release(entries.map { _ in .refused(.unavailable(.ledger)) }) }
            ledger.append(entries, release: release)
        }

        func probe(_ answer: @escaping @Sendable (Bool) -> Void) { ledger.probe(answer) }
    }

    @Test("keeps what it found until it can be recorded, and records it once")
    func stuck() throws {
        let desk = desk(Stubborn(store.ledger, refusals: 3))
        append("presenter_mismatch", "agent-1")
        for _ in 1...3 { #expect(desk.work() == .stuck) }
        #expect(try findings() == [] && position() == nil)
        #expect(told.detections.withLock { $0 } == [])
        append("presenter_mismatch", "agent-2")
        #expect(desk.work() == .done)
        #expect(try findings() == ["presenter_mismatch agent-1 1", "presenter_mismatch agent-2 1"])
        #expect(desk.work() == .done)
        #expect(try findings().count == 2)
    }

    @Test("writes down how far it has come when nothing is found, but not at every step")
    func positions() throws {
        let desk = desk()
        append("task_missing", "agent-0", times: 400)
        #expect(desk.work() == .done)
        #expect(try position() == nil)
        for _ in 1...12 { append("task_missing", "agent-0", times: 400) }
        while desk.work() == .more {}
        #expect(try position() ?? 0 >= 5000)
        desk.finish()
        #expect(try position() == 5200)
    }
}
