import MandateCore
import MandateTesting
import Testing

@Suite("A token presented for exchange")
struct PresentedTokenTests {
    private let relay: Relay
    private let delegation: String
    private let access: String

    init() throws {
        var relay = try Relay()
        delegation = try relay.take(.start(target: Relay.both))
        access = try relay.presented(under: delegation)
        self.relay = relay
    }

    @Test("is presented by its holder, or by the audience it is addressed to, and by nobody else")
    func presenter() throws {
        for client in ["agent-2", "agent-9", "portal"] {
            #expect(try relay.refusal(.redeem(delegation, by: client)) == .presenterMismatch)
            #expect(try relay.refusal(.handOver(delegation, by: client, to: "agent-3")) == .presenterMismatch)
        }
        for client in ["agent-1", "agent-2", "portal"] {
            #expect(try relay.refusal(.passOn(access, by: client)) == .presenterMismatch)
        }
    }

    @Test("is what its type says")
    func type() throws {
        #expect(try relay.refusal(.redeem(access, by: "agent-9")) == .subjectTokenInvalid)
        #expect(try relay.refusal(.passOn(delegation, by: "agent-1")) == .subjectTokenInvalid)
        #expect(try relay.refusal(.redeem("unknown", by: "agent-1")) == .subjectTokenInvalid)
        #expect(try relay.refusal(.redeem(delegation, by: "agent-1", kind: .jwt)) == nil)
        #expect(try relay.refusal(.redeem(access, by: "agent-9", kind: .jwt)) == .subjectTokenInvalid)
        #expect(try relay.refusal(.redeem(delegation, by: "agent-1", kind: .idToken)) == .mayNotStartChains)
        #expect(try relay.refusal(.start(token: delegation, kind: .idToken)) == .subjectTokenInvalid)
        #expect(try relay.refusal(.start(token: delegation, kind: .jwt)) == .presenterMismatch)
    }

    @Test("commits to a link that was made for it and its holder")
    func commits() throws {
        var changed = relay
        let other = try changed.take(.handOver(delegation, by: "agent-1", to: "agent-2"))
        let claims = try #require(changed.tokens.own[other]).members
        func forge(_ name: String, _ value: JSONValue) throws {
            let members = claims.map { $0.name == name ? JSONMember(name: name, value: value) : $0 }
            changed.tokens.own["forged"] = OwnToken(type: .delegation, key: Court.key, claims: .object(members))
            #expect(changed.tokens.own["forged"] != nil)
        }
        let hash = try changed.chain(behind: delegation).summary.hash.text
        try forge("delegation_chain_hash", .string(hash))
        #expect(try changed.refusal(.redeem("forged", by: "agent-2")) == .subjectTokenInvalid)
        try forge("client_id", "agent-1")
        #expect(try changed.refusal(.redeem("forged", by: "agent-1")) == .subjectTokenInvalid)
        try forge("jti", .string(delegation))
        #expect(try changed.refusal(.redeem("forged", by: "agent-2")) == .subjectTokenInvalid)
        try forge("task_id", "INC-2")
        #expect(try changed.refusal(.redeem("forged", by: "agent-2")) == .subjectTokenInvalid)
        try forge("iss", "https://other.example")
        #expect(try changed.refusal(.redeem("forged", by: "agent-2")) == .subjectTokenInvalid)
    }

    @Test("is for its task: absent or the same")
    func task() throws {
        let other = TaskID(checked: "INC-2")
        #expect(try relay.refusal(.redeem(delegation, by: "agent-1", task: Relay.task)) == nil)
        #expect(try relay.refusal(.redeem(delegation, by: "agent-1", task: other)) == .taskMismatch)
        #expect(try relay.refusal(.handOver(delegation, by: "agent-1", to: "agent-2", task: other)) == .taskMismatch)
        #expect(try relay.refusal(.passOn(access, task: other)) == .taskMismatch)
    }

    @Test("starts nothing for a task that an operator opened for another principal")
    func taskOfAnother() throws {
        var relay = relay
        relay.view.tasks = [
            TaskEntry(
                id: Relay.task, principal: Relay.owner, createdAt: .eightOClock, createdBy: "op", isReserved: true)
        ]
        #expect(try relay.refusal(.start()) == .taskOfAnother)
        #expect(try relay.refusal(.own(by: "agent-1", task: Relay.task)) == nil)
        relay.view.tasks = [
            TaskEntry(id: Relay.task, principal: Relay.bob, createdAt: .eightOClock, createdBy: "op", isReserved: true)
        ]
        #expect(try relay.refusal(.start()) == nil)
        #expect(try relay.refusal(.own(by: "agent-1", task: Relay.task)) == .taskOfAnother)
        relay.view.tasks = [
            TaskEntry(id: Relay.task, principal: Relay.bob, createdAt: .eightOClock, createdBy: "portal")
        ]
        #expect(try relay.refusal(.own(by: "agent-1", task: Relay.task)) == nil)
    }

    @Test("without a task gets none later, and nothing where a task is required")
    func noTask() throws {
        var relay = relay
        let token = try relay.take(.own(by: "agent-1"))
        #expect(try relay.refusal(.redeem(token, by: "agent-1", task: Relay.task)) == .taskMismatch)
        relay.view.audiences[0] = try Relay.audience(
            "cloud-inventory-api", Relay.inventoryClasses, requiresTask: true)
        #expect(try relay.refusal(.redeem(token, by: "agent-1")) == .taskMissing(Relay.inventory))
        #expect(try relay.refusal(.own(by: "agent-1")) == .taskMissing(Relay.inventory))
        #expect(try relay.refusal(.start(task: nil)) == .taskMissing(nil))
    }

    @Test("is drawn from without naming another actor, and an access token for no delegation")
    func actor() throws {
        #expect(
            try relay.refusal(.redeem(delegation, by: "agent-1", to: "agent-2"))
                == .malformedRequest(.requestedActor))
        #expect(try relay.refusal(.passOn(access, to: "agent-2")) == .malformedRequest(.requestedActor))
        #expect(
            try relay.refusal(.passOn(access, wanted: .delegation)) == .malformedRequest(.delegationFromAccessToken))
    }

    @Test("is refused to a client that is not registered for the exchange")
    func grant() throws {
        var relay = relay
        let id = AgentID(checked: "agent-1")
        let known = try #require(relay.view.registrations[id])
        relay.view.registrations[id] = Registration(
            agent: Agent(id: id, type: known.type.id, owner: Relay.owner, grants: [.clientCredentials]),
            type: known.type, link: known.link)
        #expect(try relay.refusal(.redeem(delegation, by: "agent-1")) == .grantNotAllowed(.tokenExchange))
    }

    @Test("leaves in the record of a refusal whose chain it is of, and not yet whose it is")
    func record() throws {
        guard case .refuse(_, _, let entry) = try relay.judge(.redeem(delegation, by: "agent-2")) else {
            Issue.record("it was not refused")
            return
        }
        let hash = try relay.chain(behind: delegation).summary.hash.text
        let record = try JSONValue(text: entry.text)
        #expect(record["event"] == "token.refused" && record["decision"] == "DENY")
        #expect(record["reason"] == "presenter_mismatch" && record["rule"] == "presented_token")
        #expect(record["agent_id"] == "agent-2" && record["chain_hash"] == .string(hash))
        #expect(entry.effect == .none)
    }
}
