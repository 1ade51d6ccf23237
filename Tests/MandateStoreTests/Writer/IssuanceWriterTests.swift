import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("An issuance in the store")
struct IssuanceWriterTests {
    private static let key = RetryKey(text: "key-1", body: [UInt8](repeating: 7, count: 32))

    @Test("is its record, its links under each other, and its task with its holder")
    func written() async throws {
        let counter = try await Counter()
        let issuance = try counter.issuance(.own(by: "agent-1", to: "agent-2", purpose: "two words", retry: Self.key))
        #expect(await counter.store.outcomes(of: [issuance.entry]) == [.durable])
        let chain = try #require(try counter.asking { try $0.chain(issuance.answer.chain) })
        #expect(chain.summary.path == ["alice@company.com", "agent-1", "agent-2"])
        #expect(chain.summary.links.count == 2 && chain.earlier?.summary.links.last == chain.summary.links.first)
        guard case .issuance(_, let writes) = issuance.entry.effect else { throw Problem(.invalid, "no issuance") }
        #expect(chain.summary.documents == writes.links.map(\.document))
        #expect(
            try counter.asking { try $0.task(Counter.task) }
                == TaskEntry(
                    id: Counter.task, principal: Label(checked: "alice@company.com"),
                    purpose: TaskPurpose(checked: "two words"), createdAt: counter.now, createdBy: "agent-1",
                    holder: AgentID(checked: "agent-1")))
        let record = try #require(try counter.store.records().last)
        #expect(record.bytes == issuance.entry.record?.record(sequence: 1, previous: nil))
        #expect(try await counter.store.number("SELECT count(*) FROM live_token") == 0, "it is counted as its links")
        #expect(
            try await counter.store.number(
                """
                SELECT count(*) FROM link WHERE token IS NOT NULL AND principal = 'alice@company.com'
                AND task = 'INC-1' AND expires_at = \(counter.now.seconds + 3600)
                """) == 2)
    }

    @Test("of a later delegation keeps the task's first holder, and counts tokens under their links")
    func later() async throws {
        var counter = try await Counter()
        let chain = try await counter.chain()
        _ = try await counter.take(.exchange(chain[2], by: "agent-3"))
        let task = try #require(try counter.asking { try $0.task(Counter.task) })
        #expect(task.holder == AgentID(checked: "agent-1") && task.createdBy == "agent-1")
        let links = try counter.links(behind: chain[2])
        #expect(links.count == 3)
        let counts = try await links.asyncMap { link in
            try await counter.store.number("SELECT sum(tokens) FROM live_token WHERE link = \(link)")
        }
        #expect(counts == [nil, nil, 1], "delegation tokens are counted as links")
        #expect(try counter.store.records().firstBreak() == nil)
    }

    @Test("with a key is given again for ten minutes, to its client only")
    func retry() async throws {
        var counter = try await Counter()
        let request = TokenRequest.own(by: "agent-1", retry: Self.key)
        let token = try await counter.take(request)
        func issued(to client: AgentID, after seconds: Int64) throws -> IssuedBefore? {
            try counter.asking {
                try $0.issued(to: client, under: "key-1", at: counter.now.advanced(bySeconds: seconds))
            }
        }
        let kept = try #require(try issued(to: Counter.agents[0], after: 0))
        #expect(kept.body == Self.key.body)
        #expect(try JSONValue(strict: kept.claims).canonical == token.claims)
        #expect(try issued(to: Counter.agents[0], after: 599) == kept)
        #expect(try issued(to: Counter.agents[0], after: 600) == nil)
        #expect(try issued(to: Counter.agents[1], after: 0) == nil)
        let again = try counter.issuance(request)
        #expect(again.claims == kept.claims)
        #expect(await counter.store.outcomes(of: [again.entry]) == [.durable])
        #expect(try counter.store.records().count == 1)
        #expect(try await counter.store.number("SELECT count(*) FROM link WHERE token IS NOT NULL") == 1)
    }

    @Test("under a key that is free again replaces what was kept")
    func replaced() async throws {
        var counter = try await Counter()
        let first = try await counter.take(.own(by: "agent-1", retry: Self.key))
        counter.place.clock.advance(bySeconds: 600)
        let second = try await counter.take(.own(by: "agent-1", retry: Self.key))
        #expect(first.id != second.id)
        let kept = try counter.asking { try $0.issued(to: Counter.agents[0], under: "key-1", at: counter.now) }
        #expect(try JSONValue(strict: kept?.claims ?? []).canonical == second.claims)
    }

    @Test("by two requests with one key in one group is made once; the other is judged again and gets the same")
    func sameKey() async throws {
        let counter = try await Counter()
        let request = TokenRequest.own(by: "agent-1", retry: Self.key)
        let (first, second) = (try counter.issuance(request), try counter.issuance(request))
        #expect(first.claims != second.claims)
        #expect(await counter.store.outcomes(of: [first.entry, second.entry]) == [.durable, .judgeAgain])
        #expect(try counter.issuance(request).claims == first.claims)
        #expect(try counter.store.records().count == 1)
    }

    @Test("of a task that two begin in one group is begun once")
    func sameTask() async throws {
        let counter = try await Counter()
        let first = try counter.issuance(.own(by: "agent-2"))
        let second = try counter.issuance(.own(by: "agent-1"))
        #expect(await counter.store.outcomes(of: [first.entry, second.entry]) == [.durable, .durable])
        let task = try #require(try counter.asking { try $0.task(Counter.task) })
        #expect(task.createdBy == "agent-2" && task.holder == AgentID(checked: "agent-2"))
    }

    @Test("that uses up a token is made once, in one group and after")
    func usedToken() async throws {
        let counter = try await Counter()
        let token = UsedToken(
            issuer: Place.issuer.rawValue, id: "t", expiry: counter.now.advanced(bySeconds: 900))
        let other = UsedToken(issuer: "https://other.example", id: "t", expiry: token.expiry)
        let grounds = Grounds(epoch: try counter.store.epoch(), revocations: 0, links: [])
        func entry(_ used: UsedToken) -> LedgerEntry { .issuance(on: grounds, used: used, at: counter.now) }
        #expect(try counter.asking { try $0.wasUsed(token) } == false)
        #expect(
            await counter.store.outcomes(of: [entry(token), entry(token), entry(other)])
                == [.durable, .judgeAgain, .durable])
        #expect(await counter.store.outcomes(of: [entry(token)]) == [.judgeAgain])
        #expect(try counter.asking { try $0.wasUsed(token) })
        #expect(try counter.store.records().count == 2)
    }

    @Test("that was used and has expired is forgotten, a minute later")
    func pruned() async throws {
        let counter = try await Counter()
        let grounds = Grounds(epoch: try counter.store.epoch(), revocations: 0, links: [])
        let used = UsedToken(issuer: "i", id: "t", expiry: counter.now.advanced(bySeconds: 10))
        #expect(await counter.store.outcomes(of: [.issuance(on: grounds, used: used, at: counter.now)]) == [.durable])
        for (seconds, isKept) in [(60, true), (60, false)] as [(Int64, Bool)] {
            counter.place.clock.advance(bySeconds: seconds)
            _ = await counter.store.outcomes(of: [.refusal("r", at: counter.now)])
            #expect(try counter.asking { try $0.wasUsed(used) } == isKept)
        }
    }

    @Test("is refused while the clock is far behind the ledger, and writes nothing")
    func clock() async throws {
        let counter = try await Counter()
        counter.place.clock.advance(bySeconds: 100)
        _ = await counter.store.outcomes(of: [.refusal("r", at: counter.now)])
        counter.place.clock.advance(bySeconds: -6)
        let issuance = try counter.issuance(.own(by: "agent-1"))
        #expect(
            await counter.store.outcomes(of: [issuance.entry]) == [.refused(.unavailable(.clockWentBackwards))])
        #expect(try counter.asking { try $0.chain(issuance.answer.chain) } == nil)
        #expect(try counter.asking { try $0.task(Counter.task) } == nil)
    }
}

extension Array {
    fileprivate func asyncMap<Answer>(_ body: (Element) async throws -> Answer) async rethrows -> [Answer] {
        var answers: [Answer] = []
        for element in self { answers.append(try await body(element)) }
        return answers
    }
}
