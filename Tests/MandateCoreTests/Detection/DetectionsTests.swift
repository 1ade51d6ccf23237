import MandateTesting
import Testing

@testable import MandateCore

@Suite("What the ledger is watched with")
struct DetectionsTests {
    @Test("takes no occasion from its own findings")
    func ownFindings() throws {
        var watch = Watch()
        try watch.refuse("agent-1", "presenter_mismatch")
        let finding = try #require(watch.findings.first)
        for _ in 1...100 { try watch.see(finding.record(at: watch.now)) }
        #expect(watch.findings.count == 1)
    }

    @Test("writes a finding as a record of administration that names what was found")
    func record() throws {
        var watch = Watch()
        for _ in 1...3 { try watch.refuse("agent-1", "depth_exceeded", principal: "erin", audience: "files-api") }
        let finding = try #require(watch.findings.first)
        let json = try JSONValue(strict: finding.record(at: .eightOClock).pieces.record(sequence: 4, previous: nil))
        #expect(json["event"] == "detection.raised" && json["agent_id"] == "agent-1" && json["by"] == "mandate")
        #expect(json["rule"] == "chain_too_deep" && json["reason"] == .null && json["decision"] == .null)
        #expect(json["principal"] == "erin" && json["audience"] == "files-api")
        #expect(
            json["change"]
                == ["count": 3, "detection": "chain_too_deep", "records": [1, 2, 3], "window_seconds": 600])
    }

    @Test("remembers after a restart what was said already, and what was on its way to be said")
    func recall() throws {
        var watch = Watch()
        var records: [[UInt8]] = []
        func keep(_ record: LedgerRecord) throws {
            records.append(record.pieces.record(sequence: Int64(records.count + 1), previous: nil))
        }
        for _ in 1...4 {
            var record = LedgerRecord(at: watch.now, event: .tokenRefused)
            record.agentID = "agent-1"
            record.reason = "exceeds_class"
            try keep(record)
        }
        var next = try Watch(after: watch, recalling: records)
        try next.refuse("agent-1", "exceeds_class")
        #expect(next.findings.map(\.count) == [5])
        // The memory alone would say it at the next record; the ledger says that it was said.
        try keep(try #require(next.findings.first).record(at: watch.now))
        watch = try Watch(after: watch, recalling: records)
        for _ in 1...3 { try watch.refuse("agent-1", "exceeds_class") }
        #expect(watch.findings.isEmpty)
    }

    @Test("remembers an audience that was found unusual before")
    func recallAudience() throws {
        var watch = Watch()
        for _ in 1...20 { try watch.issue("agent-1", "files-api") }
        try watch.issue("agent-1", "people-api")
        let said = try #require(watch.findings.first).record(at: watch.now).pieces.record(sequence: 30, previous: nil)
        var next = try Watch(after: watch, recalling: [said])
        for _ in 1...20 { try next.issue("agent-1", "files-api") }
        try next.issue("agent-1", "people-api")
        #expect(next.findings.isEmpty)
    }

    @Test(
        "reads no record out of what is none",
        arguments: [
            "", "{", "{}", "[]", "{\"seq\":0}", "{\"seq\":\"1\"}", "{\"seq\":1", "{\"seq\":1}x", "{\"seq\"1}",
            "{seq:1}",
            "{\"a\":\"\\\",\"seq\":1}", "{\"a\":[{\"seq\":1}]}", "null", "{\"seq\":1,}", "{\"seq\":1.5}",
            "{\"seq\":99999999999999999999}",
        ])
    func noRecord(text: String) {
        #expect(ObservedRecord(Array(text.utf8)) == nil)
    }

    @Test("reads the members of a record, whatever text they hold", arguments: ["plain", "a\"b\\c\n\u{0}é🙂,}{]["])
    func members(text: String) throws {
        var record = LedgerRecord(at: .eightOClock, event: .tokenRefused)
        record.agentID = text
        record.principal = text
        record.taskID = text
        record.chainHash = text
        record.chain = [text, "{\"seq\":7}"]
        record.audience = text
        record.change = ["seq": 9, "z": [.string(text)]]
        let observed = try #require(ObservedRecord(record.pieces.record(sequence: 3, previous: text)))
        #expect(observed.sequence == 3 && observed.at == .eightOClock && observed.event == .refused)
        #expect(observed.agentID == text && observed.principal == text && observed.taskID == text)
        #expect(observed.chainHash == text && observed.audience == text)
        #expect(observed.change == record.change)
    }
}
