import MandateCore
import MandateTesting
import Testing

@Suite("An operator's revocation")
struct RevocationsTests {
    let registry: FakeRegistry
    let revocations: Revocations
    let principals: PrincipalLifecycle
    let agent = AgentID(checked: "agent-own")
    let alice = Label(checked: "alice@company.com")
    let expiry = Instant(seconds: 1_800_003_600)
    let cut = Cut(tokens: 3, links: 1, latestExpiry: Instant(seconds: 1_800_003_600))

    init() async throws {
        registry = try await Quickstart.registry()
        revocations = Revocations(administration: registry)
        principals = PrincipalLifecycle(administration: registry)
        registry.arrange { [cut] state in
            state.records = []
            state.cuts["2"] = cut
        }
    }

    private func arrange(_ links: LinkEntry...) { registry.arrange { $0.delegations = links } }

    @Test("of a delegation is recorded with its whole chain, until it would have expired")
    func delegation() async throws {
        let (first, last) = (
            LinkEntry.made(1, by: "alice@company.com", to: "agent-inherits", expiry: expiry),
            LinkEntry.made(
                2, by: "agent-inherits", to: "agent-own", below: 1, task: "review", token: "t2", expiry: expiry)
        )
        arrange(first, last)
        #expect(try await revocations.revoke(last.link.hash, because: nil, by: "op") == cut)
        #expect(registry.state.revocations == [.link(2): expiry])
        let record = try #require(registry.state.records.last)
        #expect(record.event == .delegationRevoked && record.agent?.id == agent && record.taskID == "review")
        #expect(record.chain == ["alice@company.com", "agent-inherits", "agent-own"] && record.tokenID == "t2")
        #expect(record.chainHash == last.link.hash.text && record.change?["links"] == 1)
    }

    @Test("of what is over already changes nothing", arguments: [LinkStatus.expired, .revoked])
    func over(status: LinkStatus) async throws {
        let link = LinkEntry.made(2, by: "alice@company.com", to: "agent-own", expiry: expiry, status: status)
        arrange(link)
        #expect(try await revocations.revoke(link.link.hash, because: nil, by: "op") == Cut())
        #expect(registry.state.revocations.isEmpty && registry.events == [])
    }

    @Test("of what is dead through something else is made all the same")
    func dead() async throws {
        let link = LinkEntry.made(2, by: "alice@company.com", to: "agent-own", expiry: expiry, status: .dead)
        arrange(link)
        _ = try await revocations.revoke(link.link.hash, because: nil, by: "op")
        #expect(registry.events == [.delegationRevoked])
    }

    @Test("of a principal is taken back once, and what it started stays dead")
    func principal() async throws {
        registry.arrange { [cut] in $0.cuts["alice@company.com"] = cut }
        arrange(
            .made(1, by: "alice@company.com", to: "agent-own", expiry: expiry, status: .dead),
            .made(2, by: "alice@company.com", to: "agent-own", status: .revoked),
            .made(3, by: "bob@company.com", to: "agent-own", expiry: expiry))
        #expect(try await principals.revoke(alice, because: nil, by: "op") == cut)
        #expect(try await principals.revoke(alice, because: nil, by: "op") == Cut())
        #expect(registry.state.revokedPrincipals == [alice: .eightOClock] && registry.state.revocations.isEmpty)
        #expect(try await principals.reinstate(alice, because: nil, by: "op") == Cut())
        #expect(try await principals.reinstate(alice, because: nil, by: "op") == Cut())
        #expect(registry.state.revokedPrincipals == [:] && registry.state.revocations == [.link(1): expiry])
        #expect(registry.events == [.principalRevoked, .principalReinstated])
    }

    @Test("gives an agent that is not decommissioned a new registration link in place of its current one")
    func relinks() async throws {
        let made = registry.state.links.count
        let number = try #require(registry.state.agents[agent]?.link?.bytes.first)
        let link = LinkEntry.made(number, by: "alice@company.com", to: "agent-own")
        arrange(link)
        _ = try await revocations.revoke(link.link.hash, because: nil, by: "op")
        #expect(registry.state.links.count == made + 1 && registry.state.links.last?.agent == agent)
        let hour = Instant.eightOClock.advanced(bySeconds: 3600)
        #expect(registry.state.revocations == [.link(Int64(number)): hour], "nothing under it lives longer")
        _ = try await revocations.revoke(link.link.hash, because: nil, by: "op")
        #expect(registry.state.links.count == made + 1, "it is not the current one any more")
    }
}
