import MandateCore
import MandateTesting
import Testing

@Suite("A request for a token where there is a quota")
struct QuotaChargeTests {
    private static func quota(_ tokens: Int64) throws -> Quota { try #require(Quota(tokens: tokens, period: 60)) }

    private static func entry(_ tokens: Int64) throws -> Quotas.Entry {
        Quotas.Entry(audience: Court.inventory, quota: try quota(tokens))
    }

    private func court(agent: Int64? = nil, type: Int64? = nil, audience: Int64? = nil, empty: Bool = false) throws
        -> Court
    {
        let base = (agent: Court.agent(), type: Court.type(), audience: Court.audience())
        var court = try Court(
            Agent(
                id: base.agent.id, type: base.agent.type, owner: base.agent.owner,
                quotas: try agent.flatMap { Quotas([try Self.entry($0)]) }),
            type: AgentType(
                id: base.type.id, capabilities: base.type.capabilities,
                quotas: try type.flatMap { Quotas([try Self.entry($0)]) }),
            audiences: [
                Audience(
                    id: base.audience.id, catalogue: base.audience.catalogue,
                    quota: try audience.map { try Self.quota($0) })
            ])
        court.quotas = FakeQuotas(empty: empty ? [Court.inventory] : [])
        return court
    }

    @Test("is charged to the agent's own quota, or else its type's, or else the audience's, or to none")
    func order() throws {
        let cases: [(Int64?, Int64?, Int64?, Int64?)] = [
            (1, 2, 3, 1), (nil, 2, 3, 2), (nil, nil, 3, 3), (1, nil, 3, 1), (nil, nil, nil, nil),
        ]
        for (agent, type, audience, charged) in cases {
            let court = try court(agent: agent, type: type, audience: audience)
            _ = try court.judge().issued()
            #expect(court.quotas.asked == (try charged.map { [[try Self.entry($0)]] } ?? []))
        }
    }

    @Test("is refused when it is used up, with the time to wait, and counted")
    func refused() throws {
        let court = try court(audience: 5, empty: true)
        guard case .overQuota(let refusal, let audience, let record) = try court.judge() else {
            Issue.record("it was not refused")
            return
        }
        #expect(refusal == .quotaExceeded(Court.inventory, retryAfter: 7) && audience == Court.inventory)
        #expect(record.decision == .deny && record.rule == "quota" && record.reason == "quota_exceeded")
        #expect(record.audience == "cloud-inventory-api" && record.use != nil)
    }

    @Test("is charged whatever becomes of it after that, and not when it was refused before")
    func whatever() throws {
        for request in [
            Court.request(scope: .scopes("ec2:*")), Court.request(scope: .malformed("*")),
            Court.request(scope: .absent),
        ] {
            let court = try court(audience: 5)
            #expect(try court.judge(request).refusal != nil)
            #expect(court.quotas.asked == [[try Self.entry(5)]])
        }
        for request in [
            Court.request(secret: Array("wrong".utf8)), Court.request(details: true),
            Court.request(grant: .unsupported("password")), Court.request(targets: [.audience("nowhere")]),
        ] {
            let court = try court(audience: 5, empty: true)
            if case .overQuota = try court.judge(request) { Issue.record("it was charged") }
            #expect(court.quotas.asked == [])
        }
    }

    @Test("is charged once when it is judged again")
    func again() throws {
        let court = try court(audience: 5, empty: true)
        guard
            case .admitted(let client, let use) = try court.service.admit(
                .token(Court.request()), in: court.view, at: court.now)
        else {
            Issue.record("not admitted")
            return
        }
        _ = try court.service.judge(
            .token(Court.request()), by: client, use, in: court.view, at: court.now, isCharged: true
        ).issued()
        #expect(court.quotas.asked == [])
    }

    @Test("is charged at each of its audiences when it is a delegation, by who asks for it")
    func delegation() throws {
        var relay = try Relay()
        let first = relay.view.audiences[0]
        relay.view.audiences[0] = Audience(id: first.id, catalogue: first.catalogue, quota: try Self.quota(5))
        _ = try relay.judge(
            .own(by: "agent-1", to: "agent-2"))
        #expect(relay.quotas.asked == [[try Self.entry(5)]])
    }
}
