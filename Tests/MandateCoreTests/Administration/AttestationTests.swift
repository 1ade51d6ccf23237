import MandateCore
import MandateTesting
import Testing

@Suite("An attestation")
struct AttestationTests {
    let registry: FakeRegistry
    let lifecycle: AgentLifecycle
    let id = AgentID(checked: "agent-own")

    init() async throws {
        registry = try await Quickstart.registry()
        lifecycle = AgentLifecycle(administration: registry)
        registry.arrange { $0.records = [] }
    }

    @Test("says how, by what and when, in the record and in the ledger, and changes nothing else")
    func attests() async throws {
        let before = registry.state.agents[id]?.agent
        let body: JSONValue = [
            "method": "k8s_psat", "attestor": "spire-server-prod", "evidence": "spiffe://example.org/ns/agents",
            "reason": "deployed",
        ]
        _ = try await lifecycle.attest(id, by: body, operator: "op")
        let entry = try registry.reading { (reader) throws(Problem) in try reader.known(id) }
        #expect(
            entry.json["attestation"] == [
                "method": "k8s_psat", "attestor": "spire-server-prod", "evidence": "spiffe://example.org/ns/agents",
                "reason": "deployed", "by": "op", "at": "2027-01-15T08:00:00.000Z",
            ])
        #expect(entry.agent == before && registry.state.links.count == 2)
        let record = try #require(registry.state.records.first)
        #expect(registry.events == [.agentAttested] && record.agent?.id == id && record.changedBy == "op")
        #expect(
            record.change == [
                "id": "agent-own", "method": "k8s_psat", "attestor": "spire-server-prod",
                "evidence": "spiffe://example.org/ns/agents", "reason": "deployed",
            ])
    }

    @Test("is an operator's word when nothing else is said, and the last one counts")
    func manual() async throws {
        _ = try await lifecycle.attest(id, by: ["method": "tpm"], operator: "op")
        registry.arrange { $0.now = $0.now.advanced(bySeconds: 60) }
        let attestation = try await lifecycle.attest(id, by: .object([]), operator: "op")
        #expect(attestation.method == Attestation.manual && attestation.attestor == nil)
        #expect(registry.state.agents[id]?.attestation == attestation)
        #expect(attestation.at == Instant.eightOClock.advanced(bySeconds: 60))
    }

    @Test(
        "is refused when it says what cannot be kept",
        arguments: [
            (["method": "a b"], "method"), (["method": 7], "method"), (["how": "tpm"], "how"),
            (["evidence": .string(String(repeating: "x", count: 513))], "evidence"), (["attestor": "a\nb"], "attestor"),
            (["by": "somebody else"], "by"), (["at": "2020-01-01T00:00:00Z"], "at"),
        ] as [(JSONValue, String)])
    func refused(body: JSONValue, field: String) async throws {
        let error = await #expect(throws: Problem.self) {
            _ = try await lifecycle.attest(id, by: body, operator: "op")
        }
        #expect(error?.kind == .invalid && error?.field == field)
        #expect(registry.events == [] && registry.state.agents[id]?.attestation == nil)
    }

    @Test("is possible for a suspended agent, and for no decommissioned one")
    func stopped() async throws {
        _ = try await lifecycle.suspend(id, because: nil, by: "op")
        _ = try await lifecycle.attest(id, by: .object([]), operator: "op")
        _ = try await lifecycle.decommission(id, because: nil, by: "op")
        let error = await #expect(throws: Problem.self) {
            _ = try await lifecycle.attest(id, by: .object([]), operator: "op")
        }
        #expect(error?.kind == .conflict)
        let missing = await #expect(throws: Problem.self) {
            _ = try await lifecycle.attest(AgentID(checked: "nobody"), by: .object([]), operator: "op")
        }
        #expect(missing?.kind == .notFound)
        #expect(registry.events == [.agentSuspended, .agentAttested, .agentDecommissioned])
    }

    @Test("and the last change of status are read back as they were written")
    func roundTrip() throws {
        let attestation = Attestation(
            method: Label(checked: "tpm"), attestor: PrintableText("a"), evidence: nil, reason: PrintableText("Grüße"),
            by: "op", at: .eightOClock)
        #expect(Attestation(json: attestation.json) == attestation)
        let note = StatusNote(at: .eightOClock, by: "op", because: nil)
        #expect(StatusNote(json: note.json) == note)
        #expect(Attestation(json: ["method": "a b", "by": "op", "at": "2027-01-15T08:00:00.000Z"]) == nil)
        #expect(StatusNote(json: ["by": "op", "at": "yesterday"]) == nil)
    }
}
