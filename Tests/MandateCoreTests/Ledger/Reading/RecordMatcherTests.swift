import MandateCore
import MandateTesting
import Testing

@Suite("A filter of the ledger")
struct RecordMatcherTests {
    private static let hash = ChainHash(bytes: [UInt8](repeating: 0xAB, count: 32))!

    private static func record(_ change: (inout LedgerRecord) -> Void = { _ in }) -> [UInt8] {
        var record = LedgerRecord(at: .eightOClock, event: .agentSuspended)
        record.agentID = "agent-1"
        record.taskID = "task-1"
        record.principal = "alice@company.com"
        record.chainHash = hash.text
        change(&record)
        return record.pieces.record(sequence: 7, previous: nil)
    }

    private static let filters: [LedgerFilter] = [
        LedgerFilter(agent: AgentID("agent-1")), LedgerFilter(task: TaskID("task-1")), LedgerFilter(chain: hash),
        LedgerFilter(principal: Label("alice@company.com")), LedgerFilter(event: EventPattern("agent.suspended")),
        LedgerFilter(event: EventPattern("agent.*")), LedgerFilter(since: .eightOClock),
        LedgerFilter(
            agent: AgentID("agent-1"), task: TaskID("task-1"), chain: hash, principal: Label("alice@company.com"),
            event: EventPattern("agent.*"), since: .eightOClock),
    ]

    private static func contains(_ record: [UInt8], _ mark: [UInt8]) -> Bool {
        record.indices.contains { record[$0...].starts(with: mark) }
    }

    @Test("lets pass what it asks for, and its marks are in it", arguments: filters)
    func passes(filter: LedgerFilter) {
        let matcher = RecordMatcher(filter)
        #expect(matcher.matches(Self.record()))
        #expect(matcher.marks.allSatisfy { Self.contains(Self.record(), $0) })
        #expect(!filter.isEmpty && LedgerFilter().isEmpty)
    }

    @Test(
        "keeps back what differs in any of it",
        arguments: [
            LedgerFilter(agent: AgentID("agent-")), LedgerFilter(agent: AgentID("agent-11")),
            LedgerFilter(agent: AgentID("AGENT-1")), LedgerFilter(task: TaskID("agent-1")),
            LedgerFilter(principal: Label("alice@company.co")), LedgerFilter(event: EventPattern("agent.suspend")),
            LedgerFilter(event: EventPattern("agen.*")), LedgerFilter(event: EventPattern("agent.suspended.*")),
            LedgerFilter(since: Instant(milliseconds: Instant.eightOClock.milliseconds + 1)),
            LedgerFilter(chain: ChainHash(bytes: [UInt8](repeating: 0xAC, count: 32))!),
            LedgerFilter(agent: AgentID("agent-1"), task: TaskID("task-2")),
        ])
    func keepsBack(filter: LedgerFilter) {
        #expect(!RecordMatcher(filter).matches(Self.record()))
    }

    /// Values that hold the very bytes that are searched for, at every place where a value can come from outside.
    @Test("is not deceived by values that look like members", arguments: filters.dropLast())
    func isNotDeceived(filter: LedgerFilter) throws {
        let wanted = String(decoding: Self.record(), as: UTF8.self)
        for lure in [wanted, wanted + "\"", "\"" + wanted, "\\" + wanted, "\",\"agent_id\":\"agent-1"] {
            var record = LedgerRecord(at: Instant(seconds: 1), event: .tokenRefused)
            record.requestID = lure
            record.reason = lure
            record.taskID = lure
            record.agentID = lure
            record.principal = lure
            record.chainHash = lure
            record.chain = [lure]
            record.source = .init(address: lure, method: lure)
            let nested = try JSONValue(strict: Self.record())
            record.change = ["agent_id": "agent-1", "record": nested, "list": [nested, .string(lure)]]
            record.change = .object(
                (record.change?.members ?? []) + [
                    JSONMember(name: lure, value: "x"), JSONMember(name: "\"at\":", value: 1),
                ])
            let bytes = record.pieces.record(sequence: 1, previous: nil)
            #expect(try JSONValue(strict: bytes)["change"]?["record"] == nested)
            #expect(!RecordMatcher(filter).matches(bytes))
        }
    }

    @Test("agrees with a filter that parses, on records that differ in everything")
    func agrees() throws {
        var generator = SeededGenerator(seed: 7)
        let names = [
            "agent-1", "agent-2", "a", "task-1", "alice@company.com", "\"agent_id\":\"agent-1\"", "é\u{2028}\n",
        ]
        for _ in 0..<2000 {
            func any() -> String? { Bool.random(using: &generator) ? names.randomElement(using: &generator) : nil }
            let event = [LedgerEvent.agentSuspended, .tokenIssued].randomElement(using: &generator) ?? .tokenIssued
            var record = LedgerRecord(at: Instant(seconds: Int64.random(in: 0...3, using: &generator)), event: event)
            (record.agentID, record.taskID, record.principal, record.reason) = (any(), any(), any(), any())
            record.change = Bool.random(using: &generator) ? ["agent_id": .string(any() ?? "")] : nil
            let bytes = record.pieces.record(sequence: 1, previous: any())
            let json = try JSONValue(strict: bytes)
            let filter = LedgerFilter(
                agent: any().flatMap { AgentID($0) }, task: any().flatMap { TaskID($0) },
                principal: any().flatMap { Label($0) },
                since: Instant(seconds: Int64.random(in: 0...3, using: &generator)))
            let expected =
                (filter.agent.map { json["agent_id"] == .string($0.rawValue) } ?? true)
                && (filter.task.map { json["task_id"] == .string($0.rawValue) } ?? true)
                && (filter.principal.map { json["principal"] == .string($0.rawValue) } ?? true)
                && (filter.since.map { record.at >= $0 } ?? true)
            #expect(RecordMatcher(filter).matches(bytes) == expected, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test(
        "survives what is no record",
        arguments: ["", "{", "{}", "{\"", "{\"a\":", "{\"a\":\"\\", "[]", "{\"a\":1,", "null"])
    func survives(text: String) {
        for filter in Self.filters { #expect(!RecordMatcher(filter).matches(Array(text.utf8))) }
        #expect(RecordMatcher(LedgerFilter()).matches(Array(text.utf8)))
    }

    @Test(
        "knows an event from what is none",
        arguments: [
            ("token.issued", true), ("agent.*", true), ("a_b.c_d.*", true), ("*", false), ("agent.", false),
            ("", false),
            (".x", false), ("agent.*.x", false), ("Agent.x", false), ("agent.x\"", false), ("agent*", false),
            (String(repeating: "a", count: 65), false),
        ])
    func events(text: String, isEvent: Bool) {
        #expect((EventPattern(text) != nil) == isEvent)
    }

    @Test(
        "takes times as people write them",
        arguments: [
            ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00.000Z"), ("2026-01-31t09:00:00z", "2026-01-31T09:00:00.000Z"),
            ("2026-01-31T10:00:00+01:00", "2026-01-31T09:00:00.000Z"),
            ("2026-01-31T08:30:00.5-00:30", "2026-01-31T09:00:00.500Z"),
            ("2026-01-31T09:00:00.123456789Z", "2026-01-31T09:00:00.123Z"),
            ("2026-01-31T09:00:00", nil), ("2026-01-31T09:00:00.Z", nil), ("2026-01-31", nil), ("yesterday", nil),
            ("2026-02-30T09:00:00Z", nil), ("2026-01-31T09:00:00+24:00", nil), ("2026-01-31T09:00:00+1:00", nil),
            ("2026-01-31T09:00:00ZZ", nil), ("2026-01-31 09:00:00Z", nil),
        ])
    func times(text: String, time: String?) {
        #expect(Instant(anyRFC3339: text)?.description == time)
    }
}
