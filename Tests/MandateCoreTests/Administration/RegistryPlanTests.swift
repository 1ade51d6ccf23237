import MandateCore
import MandateTesting
import Testing

@Suite("Bringing the registry to what a document says")
struct RegistryPlanTests {
    let keys = FakeKeyStore()
    let registry: FakeRegistry

    init() async throws { registry = try await Quickstart.registry(keys: keys) }

    private var changes: RegistryChanges { RegistryChanges(administration: registry, keys: keys) }

    private func plan(_ text: String, prune: Bool = false) throws -> AppliedPlan {
        try changes.plan(RegistryDocument(JSONValue(text: text)), prune: prune)
    }

    private func apply(_ text: String, prune: Bool = false) async throws -> AppliedPlan {
        try await changes.apply(RegistryDocument(JSONValue(text: text)), prune: prune, by: "op")
    }

    /// The plan is refused for this field, in a dry run and for real, and nothing is changed.
    private func refused(
        _ text: String, prune: Bool = false, _ kind: Problem.Kind, _ field: String?, _ words: String...
    ) async throws {
        let before = registry.state.commits
        var problems: [Problem] = []
        do { _ = try plan(text, prune: prune) } catch let problem as Problem { problems.append(problem) }
        do { _ = try await apply(text, prune: prune) } catch let problem as Problem { problems.append(problem) }
        try #require(problems.count == 2)
        #expect(problems[0] == problems[1])
        #expect(problems[0].kind == kind)
        #expect(problems[0].field == field, "\(problems[0].detail)")
        for word in words { #expect(problems[0].detail.contains(word), "\(problems[0].detail)") }
        #expect(registry.state.commits == before)
    }

    private static func agent(_ members: String) -> String {
        #"{"agents":[{"type":"inventory-reader","# + members + "}]}"
    }

    @Test("refuses an agent whose id is the owner of another")
    func agentIsOwner() async throws {
        let text = Self.agent(#""id":"carol","owner":"bob""#)
        _ = try await apply(Self.agent(#""id":"first","owner":"carol""#))
        try await refused(text, .conflict, "agents[0].id", "owner")
    }

    @Test("refuses an owner that is an agent, in the registry or in the document")
    func ownerIsAgent() async throws {
        try await refused(Self.agent(#""id":"x","owner":"agent-own""#), .conflict, "agents[0].owner", "person")
        try await refused(Self.agent(#""id":"x","owner":"x""#), .conflict, "agents[0].id", "owner")
        try await refused(
            #"{"agents":[{"id":"x","type":"inventory-reader","owner":"y"},"#
                + #"{"id":"y","type":"inventory-reader","owner":"z"}]}"#, .conflict, "agents[0].owner")
    }

    @Test("never uses a decommissioned id again")
    func decommissionedID() async throws {
        let id = try #require(AgentID("agent-own"))
        _ = try await AgentLifecycle(administration: registry).decommission(id, because: nil, by: "op")
        try await refused(
            Self.agent(#""id":"agent-own","owner":"alice@company.com""#), .conflict, "agents[0].id", "never used again")
        try await refused(Quickstart.document, .conflict, "agents[1].id", "never used again")
        try await refused(Self.agent(#""id":"n","owner":"agent-own""#), .conflict, "agents[0].owner")
    }

    @Test("takes decommissioned agents as history: their ids stay taken, and nothing of them is checked or linked")
    func tombstones() async throws {
        let gone =
            #"{"id":"gone","type":"inventory-reader","owner":"alice@company.com","status":"decommissioned","#
            + #""capabilities":{"nowhere":["x"]}}"#
        let document = #"{"agents":[\#(gone)]}"#
        let links = registry.state.links.count
        #expect(try await apply(document).changes.map(\.action) == [.add])
        #expect(try await apply(document).changes == [])
        #expect(registry.state.agents[AgentID(checked: "gone")]?.agent.status == .decommissioned)
        #expect(registry.state.links.count == links)
        try await refused(
            Self.agent(#""id":"gone","owner":"alice@company.com""#), .conflict, "agents[0].id", "never used again")
        try await refused(
            document.replacing("nowhere", with: "elsewhere"), .conflict, "agents[0].id", "never used again")
        try await refused(Self.agent(#""id":"n","owner":"gone""#), .conflict, "agents[0].owner")
        try await refused(
            document.replacing(#""type":"inventory-reader""#, with: #""type":"none""#)
                .replacing(#""id":"gone""#, with: #""id":"gone-2""#), .invalid, "agents[0].type", "define it first")
    }

    @Test("decommissions nobody because a file says so")
    func noDecommissioning() async throws {
        try await refused(
            #"{"agents":[{"id":"agent-own","type":"inventory-reader","owner":"alice@company.com","#
                + #""status":"decommissioned"}]}"#, .invalid, "agents[0].status", "by its own command")
    }

    @Test("refuses an agent that would have more than its type")
    func widening() async throws {
        try await refused(
            Self.agent(#""id":"x","owner":"o","capabilities":{"cloud-inventory-api":["s3:ListBuckets","ec2:*"]}"#),
            .invalid, "agents[0].capabilities.cloud-inventory-api", "ec2:*", "inventory-reader")
    }

    @Test("refuses what nobody defined, with the nearest name")
    func unknownNames() async throws {
        try await refused(
            #"{"agents":[{"id":"x","owner":"o","type":"inventory-raeder"}]}"#, .invalid, "agents[0].type",
            "inventory-raeder", "did you mean \"inventory-reader\"")
        try await refused(
            #"{"agent_types":[{"id":"t","capabilities":{"cloud-inventory":["x:y"]}}]}"#, .invalid,
            "agent_types[0].capabilities.cloud-inventory", "define it first")
    }

    @Test("refuses an agent without capabilities or constraints, own or its type's")
    func incomplete() async throws {
        let type = #"{"agent_types":[{"id":"bare"}],"agents":[{"id":"x","owner":"o","type":"bare""#
        try await refused(type + "}]}", .invalid, "agents[0].capabilities", "bare has none either")
        try await refused(
            type + #","capabilities":{"cloud-inventory-api":["s3:ListBuckets"]}}]}"#, .invalid, "agents[0].delegation")
    }

    @Test("refuses a resource that another audience has, by URI or by id")
    func sharedResource() async throws {
        let scopes = #""scopes":[{"name":"x","class":"read"}]"#
        try await refused(
            #"{"audiences":[{"id":"x","resource":"https://cloud-inventory.internal/",\#(scopes)}]}"#, .conflict,
            "audiences[0].resource", "cloud-inventory-api")
        try await refused(
            #"{"audiences":[{"id":"https://cloud-inventory.internal",\#(scopes)}]}"#, .conflict, "audiences[0].id")
    }

    @Test("refuses a change of a type that an agent of it would not survive, naming the agent")
    func typeUnderItsAgents() async throws {
        let delegation = #""delegation":{"to":[],"max_chain_depth":3,"max_class":"read"}"#
        let type = #"{"agent_types":[{"id":"inventory-reader","#
        try await refused(
            type + delegation + "}]}", .conflict, "agent_types[0].capabilities", "agent-inherits")
        try await refused(
            type + #""capabilities":{"cloud-inventory-api":["ec2:Describe*"]}}]}"#, .conflict,
            "agent_types[0].delegation", "agent-inherits")
        try await refused(
            type + #""capabilities":{"cloud-inventory-api":["s3:ListBuckets"]},"# + delegation + "}]}", .conflict,
            "agent_types[0].capabilities", "agent-own")
    }

    @Test("does nothing the second time")
    func idempotent() async throws {
        let commits = registry.state.commits
        let again = try await apply(Quickstart.document)
        #expect(again.changes == [] && again.warnings == [] && again.applied)
        #expect(registry.state.commits == commits)
    }

    @Test("shows in a dry run what it then does")
    func dryRun() async throws {
        let text = Quickstart.document.replacing(
            #""owner": "alice@company.com"}"#, with: #""owner": "bob@company.com", "version": "v2"}"#)
        let planned = try plan(text)
        #expect(planned.changes.map(\.id) == ["agent-inherits"])
        #expect(planned.changes.map(\.action) == [.change])
        #expect(planned.changes.map(\.fields) == [["version", "owner"]])
        #expect(!planned.applied)
        let applied = try await apply(text)
        #expect(applied.changes == planned.changes)
    }

    @Test("hands capabilities over anew when they change, to every agent that inherits them and to no other")
    func relinks() async throws {
        registry.arrange { $0.links = [] }
        _ = try await apply(
            Quickstart.document.replacing(#"["ec2:Describe*", "s3:ListBuckets"]}"#, with: #"["ec2:*"]}"#))
        #expect(registry.state.links.map(\.agent.rawValue) == ["agent-inherits"])
        registry.arrange { $0.links = [] }
        _ = try await apply(Self.agent(#""id":"agent-own","owner":"eve""#))
        #expect(registry.state.links.map(\.owner.rawValue) == ["eve"])
        registry.arrange { $0.links = [] }
        _ = try await apply(Self.agent(#""id":"agent-own","owner":"eve","team":"x""#))
        #expect(registry.state.links == [])
    }

    @Test("records every change with who made it and what it was")
    func records() async throws {
        registry.arrange { $0.records = [] }
        _ = try await apply(Self.agent(#""id":"agent-own","owner":"alice@company.com","status":"suspended""#))
        #expect(registry.events == [.agentChanged, .agentSuspended])
        #expect(registry.state.records.allSatisfy { $0.changedBy == "op" && $0.agent?.id.rawValue == "agent-own" })
        #expect(
            registry.state.records.first?.change == [
                "id": "agent-own", "fields": ["capabilities"], "values": ["capabilities": .null],
            ])
    }

    @Test("keeps the status that the document does not speak of")
    func keepsStatus() async throws {
        let id = try #require(AgentID("agent-own"))
        _ = try await AgentLifecycle(administration: registry).suspend(id, because: nil, by: "op")
        _ = try await apply(Quickstart.document)
        #expect(registry.state.agents[id]?.agent.status == .suspended)
    }

    @Test("accepts capabilities outside the catalogue, and says that they are never granted")
    func warns() async throws {
        let plan = try await apply(
            #"{"agent_types":[{"id":"t","capabilities":{"cloud-inventory-api":["rds:Start"]}}]}"#)
        #expect(plan.warnings.count == 1)
        #expect(plan.warnings.first?.contains("rds:Start") == true)
    }

    @Test("prunes only when asked, and only the kinds that the document names")
    func prunes() async throws {
        let text = Self.agent(#""id":"agent-own","owner":"alice@company.com""#)
        #expect(try plan(text).changes.map(\.action) == [.change])
        let applied = try await apply(text, prune: true)
        #expect(applied.changes.map(\.action) == [.change, .remove])
        #expect(applied.changes.map(\.id) == ["agent-own", "agent-inherits"])
        #expect(registry.state.agents.values.map(\.agent.status).filter { $0 == .decommissioned }.count == 1)
        #expect(registry.state.types.count == 1)
        #expect(try await apply(text, prune: true).changes == [])
    }

    @Test("prunes no type and no audience that is in use, and keeps the types of decommissioned agents")
    func prunesNothingInUse() async throws {
        try await refused(#"{"agent_types":[]}"#, prune: true, .conflict, "agent_types", "agent-inherits")
        try await refused(#"{"audiences":[]}"#, prune: true, .conflict, "audiences", "inventory-reader")
        let emptied = try await apply(#"{"agents":[],"agent_types":[],"audiences":[]}"#, prune: true)
        #expect(emptied.changes.map(\.id) == ["agent-inherits", "agent-own", "cloud-inventory-api"])
        #expect(emptied.warnings.count == 1)
        #expect(registry.state.types.count == 1)
    }

    @Test("makes the key that an audience first needs, and none when nothing comes of it")
    func ensuresKeys() async throws {
        #expect(registry.state.keys.map(\.algorithm) == [.es256])
        let audience = #"{"audiences":[{"id":"x","algorithm":"RS256","scopes":[{"name":"x","class":"read"}]}]}"#
        _ = try plan(audience)
        #expect(keys.made == 1)
        registry.arrange { $0.isBroken = true }
        await #expect(throws: Problem.self) { try await apply(audience) }
        // The commit that failed may come back with the next start, and needs the file then.
        #expect(keys.made == 2 && keys.files.count == 2)
        registry.arrange { $0.isBroken = false }
        _ = try await apply(audience)
        #expect(registry.state.keys.map(\.algorithm) == [.es256, .rs256])
        #expect(registry.state.keys.map(\.state) == [.active, .active])
        #expect(Set(keys.files).isSuperset(of: registry.state.keys.map(\.id)))
    }
}
