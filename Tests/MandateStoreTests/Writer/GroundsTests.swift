import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("An issuance that was judged")
struct GroundsTests {
    private static let poison = """
        CREATE TRIGGER poison BEFORE INSERT ON link WHEN NEW.delegate = 'agent-3'
        BEGIN SELECT RAISE(ABORT, 'poison'); END
        """

    @Test("before a link it hangs on was revoked is judged again, wherever on its chain", arguments: 0...2)
    func link(position: Int) async throws {
        var counter = try await Counter()
        let token = try await counter.chain()[2]
        let issuance = try counter.issuance(.exchange(token, by: "agent-3"))
        #expect(await counter.end(.link(try counter.links(behind: token)[position])) == [.cut(Cut())])
        #expect(await counter.store.outcomes(of: [issuance.entry]) == [.judgeAgain])
        guard case .refuse(.chainRevoked, _, _) = try counter.judge(.exchange(token, by: "agent-3")) else {
            Issue.record("it was judged well again")
            return
        }
    }

    @Test("in one group with the revocation and after it is judged again; before it, it was in time")
    func oneGroup() async throws {
        var counter = try await Counter()
        let token = try await counter.chain()[2]
        let (first, second) = (
            try counter.issuance(.exchange(token, by: "agent-3")), try counter.issuance(.exchange(token, by: "agent-3"))
        )
        let end = LedgerEntry.end(.link(try counter.links(behind: token)[1]), at: counter.now)
        #expect(
            await counter.store.outcomes(of: [first.entry, end, second.entry])
                == [.durable, .cut(Cut()), .judgeAgain])
    }

    @Test("before its task ended is judged again")
    func task() async throws {
        var counter = try await Counter()
        let token = try await counter.chain()[0]
        let issuance = try counter.issuance(.exchange(token, by: "agent-1"))
        let ended = await counter.end(.task(Counter.task))
        #expect(
            ended == [.cut(Cut(tokens: 0, links: 3, latestExpiry: counter.now.advanced(bySeconds: 3598)))])
        #expect(await counter.store.outcomes(of: [issuance.entry]) == [.judgeAgain])
        #expect(await counter.end(.task(Counter.task)) == [.cut(Cut())], "it ends once")
        #expect(try counter.asking { try $0.task(Counter.task) }?.status == .completed)
        #expect(try counter.asking { $0.revocations } == 1)
    }

    @Test("before the token it continues was revoked is judged again")
    func token() async throws {
        let counter = try await Counter()
        let grounds = Grounds(epoch: try counter.store.epoch(), revocations: 0, links: [], tokens: ["jti-1"])
        let entry = LedgerEntry.issuance(on: grounds, at: counter.now)
        #expect(await counter.end(.token("jti-2")) == [.cut(Cut())])
        #expect(await counter.store.outcomes(of: [entry]) == [.durable])
        #expect(await counter.end(.token("jti-1")) == [.cut(Cut())])
        #expect(await counter.store.outcomes(of: [entry]) == [.judgeAgain])
    }

    @Test("before the registry changed is judged again")
    func epoch() async throws {
        var counter = try await Counter()
        let token = try await counter.chain()[2]
        let issuance = try counter.issuance(.exchange(token, by: "agent-3"))
        try await counter.store.change { _ in }
        #expect(await counter.store.outcomes(of: [issuance.entry]) == [.judgeAgain])
        #expect(
            await counter.store.outcomes(of: [try counter.issuance(.exchange(token, by: "agent-3")).entry]) == [
                .durable
            ])
    }

    @Test("is not disturbed by the revocations of others")
    func others() async throws {
        var counter = try await Counter()
        let chain = try await counter.chain()
        let other = try await counter.take(.own(by: "agent-2", task: TaskID(checked: "INC-2")))
        let issuance = try counter.issuance(.exchange(chain[1], by: "agent-2"))
        let links = try counter.links(behind: chain[2])
        for revocation in [
            .link(links[2]), .link(try counter.links(behind: other)[0]), .token("jti"), .task(TaskID(checked: "INC-2")),
        ] as [Revocation] {
            _ = await counter.end(revocation)
        }
        #expect(try counter.asking { $0.revocations } == 4)
        #expect(await counter.store.outcomes(of: [issuance.entry]) == [.durable])
    }

    @Test("before more revocations than are remembered, or after more than there were, is judged again")
    func forgotten() async throws {
        let counter = try await Counter()
        let many = (0..<5000).map { LedgerEntry.end(.token("jti-\($0)"), at: counter.now) }
        #expect(await counter.store.outcomes(of: many) == many.map { _ in .cut(Cut()) })
        let epoch = try counter.store.epoch()
        func outcome(_ revocations: Int64) async -> LedgerOutcome? {
            let grounds = Grounds(epoch: epoch, revocations: revocations, links: [1], tokens: ["jti"])
            return await counter.store.outcomes(of: [.issuance(on: grounds, at: counter.now)]).first
        }
        #expect(await outcome(5000) == .durable)
        #expect(await outcome(4000) == .durable)
        #expect(await outcome(0) == .judgeAgain)
        #expect(await outcome(5001) == .judgeAgain)
    }

    @Test("is remembered by nobody when its group was rolled back")
    func rolledBack() async throws {
        var counter = try await Counter()
        try await counter.store.change { [poison = Self.poison] (editor) throws(Problem) in
            try (editor as? StoreEditor)?.asking { () throws(StoreError) in
                try (editor as? StoreEditor)?.connection.execute(poison)
            }
        }
        let first = try await counter.take(.own(by: "agent-1"))
        let other = try await counter.take(.own(by: "agent-2"))
        let link = try counter.links(behind: other)[0]
        let good = try counter.issuance(.exchange(first, by: "agent-1", to: "agent-2"))
        let onOther = try counter.issuance(.exchange(other, by: "agent-2"))
        let bad = try counter.issuance(.exchange(first, by: "agent-1", to: "agent-3"))
        let group = [good.entry, .end(.link(link), at: counter.now), bad.entry]
        #expect(await counter.store.outcomes(of: group) == group.map { _ in .refused(.unavailable(.ledger)) })
        let epoch = try counter.store.epoch()
        #expect(try counter.asking { $0.revocations } == 0)
        #expect(try counter.asking { view in try view.isRevoked(link: link) } == false)
        #expect(await counter.store.outcomes(of: [good.entry, onOther.entry]) == [.durable, .durable])
        #expect(try counter.store.epoch() == epoch)
        #expect(try counter.store.records().firstBreak() == nil && counter.store.records().count == 4)
        #expect(try await counter.store.number("SELECT sum(tokens) FROM live_token") == 1)
    }

    @Test("before the service was started anew is judged again when there were revocations, failed groups or not")
    func restarted() async throws {
        var counter = try await Counter()
        let token = try await counter.take(.own(by: "agent-1"))
        let links = try counter.links(behind: token)
        _ = await counter.end(.link(links[0]))
        counter.store.close()
        try counter.place.tamper(Self.poison)
        let now = counter.now
        let writer = try LedgerWriter(
            path: counter.place.database, digests: OpenSSLDigests(), rates: RateTable(),
            quotas: QuotaStates(now: { .eightOClock }), baselines: BaselineTable(), report: { _ in })
        defer { writer.stop() }
        let epoch = try counter.asking { $0.epoch }
        func outcomes(of entries: [LedgerEntry]) async -> [LedgerOutcome] {
            await withCheckedContinuation { continuation in
                writer.append(entries) { continuation.resume(returning: $0) }
            }
        }
        func outcome(_ revocations: Int64) async -> LedgerOutcome? {
            let grounds = Grounds(epoch: epoch, revocations: revocations, links: links)
            return await outcomes(of: [.issuance(on: grounds, at: now)]).first
        }
        #expect(await outcome(0) == .judgeAgain)
        let bad = try counter.issuance(.own(by: "agent-3", task: nil))
        let group = [.end(.token("jti"), at: now), bad.entry]
        #expect(await outcomes(of: group) == group.map { _ in .refused(.unavailable(.ledger)) })
        #expect(await outcome(0) == .judgeAgain, "what was undone stands for nothing that happened")
        #expect(await outcome(1) == .durable)
    }
}
