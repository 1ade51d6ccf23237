import MandateCore
import MandateJOSE

@testable import MandateStore

extension Store {
    /// Appends and waits for the outcomes.
    func outcomes(of entries: [LedgerEntry]) async -> [LedgerOutcome] {
        await withCheckedContinuation { continuation in
            ledger.append(entries) { continuation.resume(returning: $0) }
        }
    }

    func isHealthy() async -> Bool {
        await withCheckedContinuation { continuation in
            ledger.probe { continuation.resume(returning: $0) }
        }
    }

    /// All records: a page ends where it gets too long, so there may be several.
    func records() throws -> [LedgerLine] {
        try reading { (registry) throws(Problem) in
            var records: [[UInt8]] = []
            while true {
                // The first of them may be in an archive.
                let last = records.last.flatMap { try? LedgerLine($0) }?.json["seq"]?.integer ?? 0
                let page = try registry.records(after: last, limit: .max)
                if page.isEmpty { return records }
                records += page
            }
        }.map(LedgerLine.init)
    }

    /// Changes and answers nothing.
    func change(_ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Void) async throws(Problem) {
        try await changing(body)
    }

    func entry(_ id: AgentID) throws -> AgentEntry? {
        try reading { (registry) throws(Problem) in try registry.agent(id) }
    }

    func epoch() throws -> Epoch {
        try registry().reading { $0.epoch }
    }

    func registration(of agent: AgentID) throws -> Registration? {
        try registry().reading { view in try? view.registration(of: agent) }
    }

    /// The hashes that authenticate a client, the second nil when there is one only; nil for an unknown client.
    func secrets(of client: AgentID) throws -> [[UInt8]?]? {
        try registry().reading { view in (try? view.secrets(of: client)).map { [$0.first, $0.second] } }
    }

    /// Saves the type and the agents, and links each of them to what it may do.
    func register(_ agents: [Agent]) async throws {
        try await change { (editor) throws(Problem) in
            try editor.save(Sample.type)
            for agent in agents {
                try editor.save(agent)
                try editor.link(agent, capabilities: Sample.authority)
            }
        }
    }
}

/// A record of the ledger with its bytes.
struct LedgerLine {
    let bytes: [UInt8]
    let json: JSONValue

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        json = try JSONValue(strict: bytes)
    }

    var event: LedgerEvent? { json["event"]?.string.flatMap(LedgerEvent.init(rawValue:)) }
    var requestID: String? { json["request_id"]?.string }
}

extension [LedgerLine] {
    /// The number of the first record that does not continue the one before it; nil when the ledger is whole.
    func firstBreak() throws -> Int? {
        var previous = JSONValue.null
        for (index, line) in enumerated() {
            let number = index + 1
            guard line.json["seq"] == .integer(Int64(number)), line.json["prev"] == previous else { return number }
            previous = .string("sha256:" + Hex.encode(try SHA256.hash([0x00] + line.bytes)))
        }
        return nil
    }
}
