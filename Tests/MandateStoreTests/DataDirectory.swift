import Foundation
import MandateCore
import MandateJOSE
import MandateTesting
import Synchronization

@testable import MandateStore

/// A data directory of its own for one test, with a clock and a randomness that the test can foretell.
final class DataDirectory: Sendable {
    private let folder: URL
    private let time = Mutex(Instant.eightOClock)
    private let drawn = Mutex<UInt8>(0)

    /// Makes the directory, with a new database unless a test wants to do without.
    init(withDatabase: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("mandate-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        if withDatabase { try create() }
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch {}
    }

    var path: String { folder.appendingPathComponent("mandate.db").path }

    var now: Instant {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    static func issuer(_ text: String = "https://mandate.example") throws -> Issuer {
        guard let issuer = Issuer(text) else { throw NoIssuer() }
        return issuer
    }

    func create() throws {
        try Store.create(path: path, issuer: Self.issuer(), digests: OpenSSLDigests())
    }

    func open(issuer: String = "https://mandate.example") throws -> Store {
        try Store(
            path: path, issuer: Self.issuer(issuer), digests: OpenSSLDigests(), random: { self.bytes($0) },
            now: { self.now }, report: { _ in })
    }

    private func bytes(_ count: Int) -> [UInt8] {
        let call = drawn.withLock { drawn in
            drawn &+= 1
            return drawn
        }
        return [UInt8](repeating: call, count: count)
    }

    /// What somebody with an editor of databases does.
    func tamper(_ sql: String) throws {
        try Connection(path: path, access: .writing).execute(sql)
    }

    func count(_ table: String) throws -> Int64? {
        try Connection(path: path, access: .reading).first("SELECT count(*) FROM \(table)") { $0.integer(0) }
    }

    /// The ledger as it lies in the table.
    func records() throws -> [[UInt8]] {
        try Connection(path: path, access: .reading).all("SELECT record FROM ledger ORDER BY seq") { $0.blob(0) }
    }
}

private struct NoIssuer: Error {}

extension Ledger {
    /// Appends and waits for what became of it.
    func append(_ entries: [LedgerEntry]) async -> [LedgerOutcome] {
        await withCheckedContinuation { continuation in
            append(entries) { continuation.resume(returning: $0) }
        }
    }
}

extension Store {
    var epoch: Epoch { get throws { try registry().reading { $0.epoch } } }

    /// A type and an agent of it, linked to its capabilities.
    func register(_ agent: Agent = Registered.agent) async throws {
        try await changing { (editor) throws(Problem) in
            try editor.save(Registered.type)
            try editor.save(agent)
            try editor.link(agent, capabilities: agent.ownCapabilities ?? Registered.capabilities)
        }
    }

    func registration(of agent: AgentID = Registered.agent.id) throws -> Registration? {
        try registry().reading { view in Result { () throws(Refusal) in try view.registration(of: agent) } }.get()
    }
}

/// What the tests register.
enum Registered {
    static let capabilities: Authority = ["cloud-inventory-api": "ec2:Describe* s3:ListBuckets"]
    static let type = AgentType(id: AgentTypeID(checked: "inventory-reader"), capabilities: capabilities)
    static let agent = agent("inventory-agent-7")

    static func agent(_ id: String) -> Agent {
        Agent(id: AgentID(checked: id), type: type.id, owner: Label(checked: "alice@company.com"))
    }
}

extension LedgerEntry {
    /// A refusal at `now` with this reason.
    static func refusal(_ reason: String = "because", at now: Instant = .eightOClock) -> LedgerEntry {
        var record = LedgerRecord(at: now, event: .tokenRefused)
        record.reason = reason
        return LedgerEntry(record, effect: .none)
    }

    /// A token under `link`, judged under `epoch`.
    static func token(
        under epoch: Epoch, link: Int64, at now: Instant = .eightOClock, life: Int64 = 900
    ) -> LedgerEntry {
        LedgerEntry(
            LedgerRecord(at: now, event: .tokenIssued),
            effect: .token(judgedUnder: epoch, link: link, expiry: now.advanced(bySeconds: life)))
    }
}
