import MandateTesting
import Testing

@testable import MandateCore

@Suite("The rule about stopped agents")
struct SuspendedAgentTests {
    private func failure(_ watch: inout Watch, _ agent: String, times: Int64 = 1, after seconds: Int64 = 0) throws {
        try watch.see(.authenticationFailed, agent, after: seconds) { record in
            record.reason = "client_authentication_failed"
            record.failures = times
        }
    }

    @Test("speaks at the first attempt after the agent was stopped, with how many there were")
    func attempt() throws {
        var watch = Watch(stopped: ["agent-1": .eightOClock])
        try failure(&watch, "agent-1", after: 1)
        #expect(watch.findings.map(\.detection) == [.suspendedAgentActive])
        #expect(watch.findings.map(\.count) == [1] && watch.findings.first?.records == [1])
        try failure(&watch, "agent-1", times: 2, after: 60)
        #expect(watch.findings.count == 1)
        try failure(&watch, "agent-1", times: 100, after: 60)
        #expect(watch.findings.map(\.count) == [1, 103])
    }

    @Test("has nothing to say of agents that are not stopped, of attempts before, and of whom nobody knows")
    func others() throws {
        var watch = Watch(stopped: ["agent-1": Instant.eightOClock.advanced(bySeconds: 100)])
        try failure(&watch, "agent-1", after: 99)
        try failure(&watch, "agent-2", times: 1000)
        try failure(&watch, "unknown", times: 1000)
        try failure(&watch, "not an id!", times: 1000)
        try watch.see(.authenticationFailed, nil)
        #expect(watch.findings.isEmpty)
        try failure(&watch, "agent-1", after: 1)
        #expect(watch.findings.count == 1)
    }

    @Test("has nothing to say of what operators do with a stopped agent")
    func operators() throws {
        var watch = Watch(stopped: ["agent-1": .eightOClock])
        for event in [LedgerEvent.agentSuspended, .agentChanged, .agentSecretIssued, .agentResumed, .tokenRevoked] {
            try watch.see(event, "agent-1", after: 1)
        }
        #expect(watch.findings.isEmpty)
    }
}
