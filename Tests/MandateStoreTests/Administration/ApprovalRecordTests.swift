import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@testable import MandateStore

@Suite("Requests that wait for a person, in the registry")
struct ApprovalRecordTests {
    let counter: Counter

    init() async throws {
        counter = try await Counter()
        try await counter.store.change { (editor) throws(Problem) in
            _ = try editor.save(
                policies: [Policy(id: PolicyID(checked: "all-wait"), effect: .requireApproval)], by: "op")
        }
    }

    /// A request that differs by its task, held back; answers its approval's id.
    @discardableResult
    private func wait(_ task: String, by client: String = "agent-1") async throws -> String {
        let request = TokenRequest.own(by: client, task: TaskID(checked: task))
        guard case .refuse(.approvalRequired(let waiting), _, let entry) = try counter.judge(request) else {
            throw Problem(.invalid, "not held back")
        }
        #expect(await counter.store.outcomes(of: [entry]) == [.durable])
        return waiting.id
    }

    private func approve(_ id: String) async throws(Problem) {
        let decision = try WrittenDecision.approval([:])
        _ = try await Approvals(administration: counter.store).approve(
            id, decision, by: .operatorNamed("op", person: nil))
    }

    private func page(_ filter: ApprovalFilter) throws -> ApprovalPage {
        try counter.store.reading { (registry) throws(Problem) in try registry.approvals(filter) }
    }

    private func ids(_ status: ApprovalEntry.Status? = nil, client: String? = nil) throws -> [String] {
        try page(ApprovalFilter(status: status, client: client.map { AgentID(checked: $0) })).entries.map(\.id)
    }

    private func pending() throws -> Int64 {
        try counter.store.reading { (registry) throws(Problem) in try registry.pendingApprovals() }
    }

    @Test("are listed newest first, by what they are worth now and by client")
    func listed() async throws {
        let (a, b, c) = (try await wait("a"), try await wait("b", by: "agent-2"), try await wait("c"))
        #expect(try ids() == [c, b, a] && ids(.pending) == [c, b, a] && ids(client: "agent-1") == [c, a])
        try await approve(b)
        #expect(try ids(.approved) == [b] && ids(.pending) == [c, a] && ids(.pending, client: "agent-2") == [])
        #expect(try ids(.expired) == [] && pending() == 2)
        counter.place.clock.advance(bySeconds: 3600)
        #expect(try ids(.expired) == [c, b, a] && ids(.pending) == [] && ids(.approved) == [] && pending() == 0)
        #expect(try ids(.expired, client: "agent-2") == [b])
    }

    @Test("come in pages, and every one on one of them")
    func pages() async throws {
        var all: [String] = []
        for number in 0..<7 { all.append(try await wait("t-\(number)")) }
        for limit in 1...8 {
            var (found, filter): ([String], ApprovalFilter) = ([], ApprovalFilter(limit: limit))
            repeat {
                let page = try page(filter)
                found += page.entries.map(\.id)
                #expect(page.entries.count <= limit)
                filter.before = page.next
            } while filter.before != nil
            #expect(found == all.reversed())
        }
    }

    @Test("are found among many others, page by page")
    func many() async throws {
        let id = try await wait("a")
        try await counter.store.change { (editor) throws(Problem) in
            try (editor as? StoreEditor)?.asking { () throws(StoreError) in
                try (editor as? StoreEditor)?.connection.execute(
                    """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                    INSERT INTO approval (id, status, client, request, created_at, expires_at, held)
                    SELECT 'id-' || i, 'denied', 'agent-1', request, created_at, expires_at, held FROM approval, n
                    """)
            }
        }
        #expect(try ids(.pending) == [id])
        var (found, looks, filter) = (
            [String](), 0, ApprovalFilter(status: .pending, client: AgentID(checked: "agent-1"))
        )
        repeat {
            let page = try page(filter)
            found += page.entries.map(\.id)
            looks += 1
            filter.before = page.next
        } while filter.before != nil
        #expect(found == [id] && looks == 3)
    }

    @Test("are noted as expired by the upkeep, and gone thirty days later")
    func upkeep() async throws {
        let id = try await wait("a")
        counter.place.clock.advance(bySeconds: 3660)
        let later = try await wait("b")
        counter.place.clock.advance(bySeconds: 61)
        try await wait("c")
        #expect(try await counter.store.number("SELECT count(*) FROM approval WHERE status = 'expired'") == 1)
        counter.place.clock.advance(bySeconds: 30 * 86_400 - 3721)
        try await wait("d")
        #expect(try ids().contains(id))
        counter.place.clock.advance(bySeconds: 3600)
        try await wait("e")
        #expect(try !ids().contains(id) && ids().contains(later))
    }

    @Test("are decided once")
    func once() async throws {
        let id = try await wait("a")
        try await approve(id)
        await #expect { try await approve(id) } throws: { ($0 as? Problem)?.kind == .conflict }
        let record = try counter.store.records().filter { $0.event == .approvalApproved }
        #expect(record.count == 1 && record.first?.json["by"] == "op")
    }

    @Test("give one token to two who fetch at once, and it is the same")
    func fetchedTwice() async throws {
        let id = try await wait("a")
        try await approve(id)
        let request = TokenRequest.own(by: "agent-1", task: TaskID(checked: "a"))
        let (first, second) = (try counter.issuance(request), try counter.issuance(request))
        #expect(await counter.store.outcomes(of: [first.entry, second.entry]) == [.durable, .judgeAgain])
        let again = try counter.issuance(request)
        #expect(again.claims == first.claims && first.claims != second.claims)
        #expect(await counter.store.outcomes(of: [again.entry]) == [.durable])
        #expect(try counter.store.records().filter { $0.event == .delegationCreated }.count == 1)
        #expect(try ids(.used) == [id])
        counter.place.clock.advance(bySeconds: 119)
        #expect(try counter.issuance(request).claims == first.claims)
        counter.place.clock.advance(bySeconds: 1)
        let next = try await wait("a")
        #expect(next != id)
    }

    @Test("are given out no more once somebody was faster to take the approval away")
    func expiredMeanwhile() async throws {
        let id = try await wait("a")
        try await approve(id)
        let issuance = try counter.issuance(.own(by: "agent-1", task: TaskID(checked: "a")))
        try await counter.store.change { (editor) throws(Problem) in
            try (editor as? StoreEditor)?.asking { () throws(StoreError) in
                try (editor as? StoreEditor)?.connection.execute("UPDATE approval SET status = 'expired'")
            }
        }
        #expect(await counter.store.outcomes(of: [issuance.entry]) == [.judgeAgain])
    }
}
