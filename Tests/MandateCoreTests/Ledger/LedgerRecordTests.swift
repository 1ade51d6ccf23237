import MandateCore
import MandateTesting
import Testing

@Suite("A ledger record")
struct LedgerRecordTests {
    private static let hostile = "\u{0}\u{1}\u{1F}\"\\/\u{7F}\u{80}\u{2028}\u{FEFF}\u{10FFFF}\r\n{}é🙂"

    private static func empty() -> LedgerRecord { LedgerRecord(at: .eightOClock, event: .serverStarted) }

    /// Every member that can be set, set to `text` where it is text.
    private static func full(_ text: String) -> LedgerRecord {
        var record = LedgerRecord(at: Instant(milliseconds: .max), event: .agentChanged)
        record.requestID = text
        record.agent = Court.agent()
        record.principal = text
        record.taskID = text
        record.chain = [text, "", text]
        record.chainHash = text
        record.tokenID = text
        record.audience = text
        record.requested = "!#$%&'()+,-./;<=>?@[]^_`{|}~:* a:b"
        record.granted = "a:b"
        record.expiry = .eightOClock
        record.decision = .allow
        record.rule = text
        record.reason = text
        record.policy = text
        record.source = LedgerRecord.Source(address: text, method: text)
        record.failures = .max
        record.sources = [text]
        record.change = ["z": .string(text), "a": [1, .null, ["é": true, "\u{1F600}": false, "\u{FB33}": 0]]]
        record.changedBy = text
        return record
    }

    private static func unregistered(_ text: String) -> LedgerRecord {
        var record = empty()
        record.agentID = text
        record.source = LedgerRecord.Source(address: text, method: nil)
        record.chain = []
        record.sources = []
        return record
    }

    private static let records = [
        empty(), full(""), full("text"), full(hostile), unregistered(hostile), unregistered(""),
    ]

    @Test("is canonical JSON whatever it holds", arguments: records.indices)
    func canonical(index: Int) throws {
        let pieces = Self.records[index].pieces
        for (sequence, previous) in [(1, nil), (9_007_199_254_740_991, Self.hostile)] as [(Int64, String?)] {
            let bytes = pieces.record(sequence: sequence, previous: previous)
            let json = try JSONValue(strict: bytes)
            #expect(json.canonical == bytes)
            #expect(json["seq"] == .integer(sequence))
            #expect(json["prev"] == previous.map { .string($0) } ?? .null)
            #expect(!bytes.contains { $0 < 0x20 })
        }
    }

    @Test("has every member, null where empty, and no other")
    func members() throws {
        let always = [
            "agent_id", "agent_type", "agent_version", "approval", "at", "audience", "chain", "chain_hash", "decision",
            "event", "exp", "granted", "jti", "policy", "prev", "principal", "reason", "request_id", "requested",
            "rule", "seq", "source", "task_id",
        ]
        let names = try Self.records.map { record in
            try JSONValue(strict: record.pieces.record(sequence: 1, previous: nil))
                .members?.map(\.name) ?? []
        }
        #expect(names[0] == always)
        #expect(names[1] == (always + ["by", "change", "count", "sources"]).sorted())
    }

    @Test("gives back what it was given")
    func values() throws {
        let bytes = Self.full(Self.hostile).pieces.record(sequence: 3, previous: "p")
        let json = try JSONValue(strict: bytes)
        let text = JSONValue.string(Self.hostile)
        for name in ["request_id", "principal", "task_id", "chain_hash", "jti", "audience", "rule", "reason", "by"] {
            #expect(json[name] == text, "\(name)")
        }
        #expect(json["source"] == ["address": text, "method": text])
        #expect(json["chain"] == [text, "", text])
        #expect(json["at"] == "9999-12-31T23:59:59.999Z" && json["exp"] == "2027-01-15T08:00:00.000Z")
        #expect(json["agent_id"] == "inventory-agent-7" && json["agent_version"] == "2.1.0")
        #expect(json["requested"] == ["!#$%&'()+,-./;<=>?@[]^_`{|}~:*", "a:b"])
    }
}
