import MandateTesting
import Testing

@testable import MandateCore

@Suite("The rule about unusual audiences")
struct UnusualAudienceTests {
    private func settled(tokens: Int = UnusualAudience.settled) throws -> Watch {
        var watch = Watch()
        for _ in 1...tokens { try watch.issue("agent-1", "files-api", after: 1) }
        return watch
    }

    @Test("speaks when an agent of settled habits gets a token for another audience, once an audience")
    func token() throws {
        var watch = try settled()
        let found = try watch.issue("agent-1", "people-api")
        #expect(found.map(\.detection) == [.unusualAudience] && found.map(\.audience) == ["people-api"])
        #expect(found.map(\.records) == [[21]] && found.map(\.count) == [1] && found.map(\.window) == [0])
        for _ in 1...100 { try watch.issue("agent-1", "people-api", after: 60) }
        #expect(watch.findings.count == 1)
        try watch.issue("agent-1", "reports-api")
        #expect(watch.findings.map(\.audience) == ["people-api", "reports-api"])
    }

    @Test("speaks when the agent only asks, and is refused")
    func refusal() throws {
        var watch = try settled()
        try watch.refuse("agent-1", "exceeds_capability", audience: "people-api")
        #expect(watch.findings.map(\.audience) == ["people-api"])
        try watch.refuse("agent-1", "audience_not_held", after: 1)
        #expect(watch.findings.map(\.audience) == ["people-api", nil])
        try watch.refuse("agent-1", "audience_unknown", after: 1)
        #expect(watch.findings.count == 2)
    }

    @Test("has nothing to say of an agent without habits, or within them")
    func habits() throws {
        var watch = try settled(tokens: UnusualAudience.settled - 1)
        try watch.issue("agent-1", "people-api")
        try watch.refuse("agent-2", "audience_not_held")
        try watch.refuse("agent-2", "exceeds_class", audience: "people-api")
        try watch.issue("agent-2", "people-api")
        for _ in 1...50 {
            try watch.issue("agent-1", "people-api")
            try watch.issue("agent-1", "files-api")
            try watch.refuse("agent-1", "task_missing", audience: "files-api")
        }
        #expect(watch.findings.isEmpty)
    }

    @Test("reads several audiences of one delegation as several")
    func several() throws {
        var watch = try settled()
        try watch.see(.delegationCreated, "agent-1") { $0.audience = "files-api people-api" }
        #expect(watch.findings.map(\.audience) == ["people-api"])
        try watch.see(.delegationCreated, "agent-1") { $0.audience = "people-api files-api" }
        #expect(watch.findings.count == 1)
    }

    @Test("gives up on an agent that uses very many audiences")
    func many() throws {
        var watch = try settled()
        for number in 1...100 { try watch.issue("agent-1", "api-\(number)") }
        #expect(watch.findings.count == 31)
    }

    @Test("remembers a bounded number of agents, those that were active last")
    func bounded() throws {
        var watch = try settled()
        for number in 1...(UnusualAudience.capacity * 2) { try watch.issue("other-\(number)", "files-api") }
        try watch.issue("agent-1", "people-api")
        #expect(watch.findings.isEmpty)
    }
}
