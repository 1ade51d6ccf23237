import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("What is remembered of agents, in memory and on disk,")
struct BaselineWriterTests {
    let place: Place
    let connection: Connection
    let table = BaselineTable()
    let writer: BaselineWriter

    init() throws {
        place = try Place()
        connection = try Connection(path: place.database, access: .writing)
        writer = try BaselineWriter(
            connection, table: table, half: 100, patience: .zero, report: { Issue.record("\($0)") })
    }

    private func give(_ numbers: some Sequence<Int>) {
        for number in numbers {
            let observation = Observation(
                holder: AgentID(checked: "agent-\(number)"), authority: ["inventory": "a:read"], worst: .read)
            writer.give(observation, at: .eightOClock)
        }
    }

    /// Writes all that is due, as the writer's thread does.
    private func write(failing: Bool = false) throws {
        while writer.isDue(isLast: true) {
            try connection.execute("BEGIN")
            try writer.write()
            try connection.execute(failing ? "ROLLBACK" : "COMMIT")
            if failing { return writer.writeLater() }
            writer.wrote()
        }
    }

    private func tokens(of number: Int) throws -> Int64? {
        let agent = AgentID(checked: "agent-\(number)")
        return try (table.baseline(of: agent) ?? BaselineReader(connection).baseline(of: agent))?.tokens
    }

    @Test("is all of everybody's tokens, however often memory had to be made free")
    func eviction() throws {
        for round in 1...3 {
            for start in stride(from: 0, to: 1000, by: 50) {
                give(start..<start + 50)
                give([start])
                writer.noteGiven()
                try write()
                #expect(table.counts.all <= 250)
            }
            for number in stride(from: 0, to: 1000, by: 7) {
                #expect(try tokens(of: number) == Int64(number % 50 == 0 ? 2 * round : round))
            }
        }
    }

    @Test("is written again after a transaction that failed, with what came meanwhile")
    func failed() throws {
        give(0..<300)
        writer.noteGiven()
        try write(failing: true)
        #expect(try BaselineReader(connection).baseline(of: AgentID(checked: "agent-7")) == nil)
        give(0..<10)
        writer.noteGiven()
        try write()
        #expect(writer.deadline == nil && !writer.isDue(isLast: true))
        let rows = try connection.all("SELECT agent, json_extract(profile, '$.tokens') FROM baseline") { row in
            (row.text(0), row.integer(1))
        }
        #expect(rows.count == 300)
        for (agent, tokens) in rows { #expect(tokens == ((0..<10).contains { agent == "agent-\($0)" } ? 2 : 1)) }
    }

    @Test("does not have what was dropped with its group")
    func dropped() throws {
        give(0..<5)
        writer.dropGiven()
        writer.noteGiven()
        #expect(writer.deadline == nil && table.counts.all == 0)
    }

    @Test("is written once in a while, not with every token")
    func patience() throws {
        let patient = try BaselineWriter(connection, table: table, half: 100, report: { _ in })
        let observation = Observation(
            holder: AgentID(checked: "a"), authority: ["inventory": "a:read"], worst: .read)
        for _ in 0..<50 { patient.give(observation, at: .eightOClock) }
        patient.noteGiven()
        #expect(!patient.isDue(isLast: false) && patient.isDue(isLast: true))
        let deadline = try #require(patient.deadline)
        #expect(deadline > .now + .seconds(50) && deadline < .now + .seconds(61))
    }

    @Test("costs a token little")
    func cost() throws {
        give(0..<50)
        writer.noteGiven()
        let rounds = 200
        let time = ContinuousClock().measure {
            for _ in 0..<rounds {
                give(0..<50)
                writer.noteGiven()
            }
        }
        // A build for debugging takes about ten times what one for release does.
        #expect(time / (rounds * 50) < .microseconds(50))
    }

    @Test("is read by many threads while it is written")
    func threads() async throws {
        give(0..<150)
        writer.noteGiven()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [table] in
                    for number in 0..<20_000 {
                        let known = table.baseline(of: AgentID(checked: "agent-\(number % 150)"))
                        #expect((known?.tokens ?? 1) >= 1)
                    }
                }
            }
            for _ in 0..<100 {
                give(0..<150)
                writer.noteGiven()
            }
        }
        #expect(try tokens(of: 3) == 101)
    }
}
