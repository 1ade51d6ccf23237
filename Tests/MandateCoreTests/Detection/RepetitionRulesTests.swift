import MandateTesting
import Testing

@testable import MandateCore

@Suite("A rule about what is repeated")
struct RepetitionRulesTests {
    private static let reasons: [(Detection, String, Int)] = [
        (.scopeEscalation, "exceeds_capability", 5), (.scopeEscalation, "exceeds_delegation", 5),
        (.scopeEscalation, "exceeds_class", 5), (.scopeEscalation, "scope_unknown", 5),
        (.presenterMismatch, "presenter_mismatch", 1), (.chainTooDeep, "depth_exceeded", 3),
        (.approvalFatigue, "approval_required", 10),
    ]

    @Test("speaks at its threshold and not before, and names the records", arguments: reasons)
    func threshold(detection: Detection, reason: String, threshold: Int) throws {
        var watch = Watch()
        for _ in 1..<threshold { #expect(try watch.refuse("agent-1", reason, after: 1) == []) }
        let found = try watch.refuse("agent-1", reason, after: 1, principal: "erin")
        #expect(found.map(\.detection) == [detection])
        #expect(found.first?.agentID == "agent-1" && found.first?.principal == "erin")
        #expect(found.first?.count == Int64(threshold) && found.first?.window == 600)
        #expect(found.first?.records == (1...Int64(threshold)).map { $0 })
    }

    @Test("counts ten minutes, not a second more", arguments: reasons.filter { $0.2 > 1 })
    func window(detection: Detection, reason: String, threshold: Int) throws {
        var (within, beyond) = (Watch(), Watch())
        for number in 1...threshold {
            try within.refuse("agent-1", reason, after: number == threshold ? 599 : 0)
            try beyond.refuse("agent-1", reason, after: number == threshold ? 600 : 0)
        }
        #expect(within.findings.count == 1 && beyond.findings.isEmpty)
    }

    @Test("tells agents apart", arguments: reasons.filter { $0.2 > 1 })
    func agents(detection: Detection, reason: String, threshold: Int) throws {
        var watch = Watch()
        for number in 1...((threshold - 1) * 4) { try watch.refuse("agent-\(number % 4)", reason) }
        #expect(watch.findings.isEmpty)
    }

    @Test("does not say the same twice in ten minutes, and says it again when it is four times as much")
    func escalation() throws {
        var watch = Watch()
        for _ in 1...19 { try watch.refuse("agent-1", "exceeds_capability", after: 1) }
        #expect(watch.findings.map(\.count) == [5])
        try watch.refuse("agent-1", "exceeds_capability", after: 1)
        #expect(watch.findings.map(\.count) == [5, 20])
        for _ in 1...59 { try watch.refuse("agent-1", "exceeds_capability", after: 1) }
        #expect(watch.findings.map(\.count) == [5, 20])
        for _ in 1...20 { try watch.refuse("agent-1", "exceeds_capability", after: 60) }
        #expect(watch.findings.count > 2)
    }

    @Test("says it again when ten minutes are over")
    func coolDown() throws {
        var watch = Watch()
        for _ in 1...3 { try watch.refuse("agent-1", "depth_exceeded") }
        try watch.refuse("agent-1", "depth_exceeded", after: 599)
        #expect(watch.findings.count == 1)
        for _ in 1...2 { try watch.refuse("agent-1", "depth_exceeded", after: 1) }
        #expect(watch.findings.map(\.count) == [3, 3])
    }

    @Test(
        "has nothing to say of other refusals",
        arguments: [
            "malformed_request", "task_missing", "subject_token_expired", "chain_expired", "cycle", "not_a_delegate",
            "too_short_lived", "scope_missing", "scope_malformed", "audience_missing", "audience_not_held",
            "audience_unknown", "ledger_unavailable", "overloaded", "ancestor_inactive", "presenter", "",
        ])
    func others(reason: String) throws {
        var watch = Watch()
        for _ in 1...100 { try watch.refuse("agent-1", reason) }
        #expect(watch.findings.isEmpty)
    }

    @Test("is not misled by what other members say", arguments: reasons)
    func members(detection: Detection, reason: String, threshold: Int) throws {
        var watch = Watch()
        for _ in 1...64 {
            try watch.see(.tokenIssued, "agent-1") { record in
                record.reason = reason
                record.taskID = "\",\"event\":\"token.refused\",\"reason\":\"\(reason)"
            }
            try watch.see(.agentChanged, "agent-1") { record in
                record.change = ["event": "token.refused", "reason": .string(reason), "agent_id": "agent-1"]
            }
        }
        #expect(watch.findings.isEmpty)
    }

    @Test("believes in a clock that goes back, but not that time has passed")
    func backwards() throws {
        var watch = Watch()
        for seconds in [0, -4, 2, -3, 5] as [Int64] { try watch.refuse("agent-1", "exceeds_class", after: seconds) }
        #expect(watch.findings.map(\.count) == [5])
        for _ in 1...4 { try watch.refuse("agent-1", "exceeds_class", after: -1) }
        #expect(watch.findings.count == 1)
    }

    @Test("remembers a bounded number of agents, those that were active last")
    func bounded() throws {
        var watch = Watch()
        for _ in 1...4 { try watch.refuse("early", "exceeds_class") }
        for number in 1...(Repetition.capacity * 2) { try watch.refuse("agent-\(number)", "exceeds_class", after: 0) }
        for _ in 1...4 { try watch.refuse("agent-\(Repetition.capacity * 2)", "exceeds_class", after: 1) }
        #expect(watch.findings.map(\.agentID) == ["agent-\(Repetition.capacity * 2)"])
    }

    @Test("counts requests that begin to wait for a person, and those that wait already")
    func waiting() throws {
        var watch = Watch()
        for _ in 1...5 {
            try watch.see(.approvalRequested, "agent-1", after: 1) { $0.decision = .requireApproval }
            try watch.refuse("agent-1", "approval_required", after: 1)
        }
        #expect(watch.findings.map(\.detection) == [.approvalFatigue] && watch.findings.map(\.count) == [10])
        var others = Watch()
        for _ in 1...20 { try others.see(.approvalApproved, "agent-1", after: 1) { $0.decision = .requireApproval } }
        #expect(others.findings.isEmpty)
    }

    @Test("speaks of a principal whom several agents ask for approvals")
    func principal() throws {
        var watch = Watch()
        for number in 1...9 { try watch.refuse("agent-\(number % 3)", "approval_required", principal: "erin") }
        #expect(watch.findings.isEmpty)
        let found = try watch.refuse("agent-9", "approval_required", principal: "erin")
        #expect(found.map(\.detection) == [.approvalFatigue] && found.map(\.count) == [10])
        #expect(found.first?.principal == "erin")
        var quiet = Watch()
        for number in 1...30 {
            try quiet.refuse("agent-\(number % 5)", "approval_required", principal: "person-\(number % 4)")
        }
        #expect(quiet.findings.isEmpty)
    }
}
