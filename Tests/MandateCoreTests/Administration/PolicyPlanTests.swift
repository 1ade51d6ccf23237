import MandateCore
import MandateTesting
import Testing

@Suite("Bringing the policies to what a document says")
struct PolicyPlanTests {
    let registry: FakeRegistry

    init() async throws {
        registry = try await Quickstart.registry()
        registry.arrange { $0.records = [] }
    }

    private var changes: RegistryChanges { RegistryChanges(administration: registry, keys: FakeKeyStore()) }

    private func apply(_ text: String, prune: Bool = false) async throws -> AppliedPlan {
        try await changes.apply(RegistryDocument(JSONValue(text: text)), prune: prune, by: "op")
    }

    private func replace(_ text: String) async throws -> PolicyRecord {
        try await changes.replacePolicies(by: JSONValue(text: text), operator: "op").record
    }

    private static func document(_ policies: String...) -> String {
        #"{"policies":["# + policies.joined(separator: ",") + "]}"
    }

    private static func policy(_ id: String, _ effect: String = "deny", _ more: String = "") -> String {
        #"{"id":"\#(id)","effect":"\#(effect)"\#(more)}"#
    }

    private var inForce: [String] { registry.state.policies.last?.policies.map(\.id.rawValue) ?? [] }

    @Test("merges them by their ids, does nothing the second time, and prunes when it is told to")
    func life() async throws {
        let both = Self.document(Self.policy("b"), Self.policy("a"))
        #expect(
            try await apply(both).changes.map { "\($0.action) \($0.kind) \($0.id)" } == [
                "add policy b", "add policy a",
            ])
        let commits = registry.state.commits
        #expect(try await apply(both).changes == [] && registry.state.commits == commits)
        #expect(inForce == ["a", "b"])
        let changed = try await apply(Self.document(Self.policy("b", "allow", #","reason":"x""#), Self.policy("c")))
        #expect(changed.changes.map(\.action) == [.change, .add] && changed.changes[0].fields == ["effect", "reason"])
        #expect(inForce == ["a", "b", "c"])
        #expect(try await apply(#"{"agents":null}"#, prune: true).changes == [])
        let pruned = try await apply(Self.document(Self.policy("c")), prune: true)
        #expect(pruned.changes.map { "\($0.action) \($0.id)" } == ["remove a", "remove b"])
        #expect(inForce == ["c"])
        #expect(try await apply(Self.document(), prune: true).changes.map(\.id) == ["c"] && inForce == [])
        #expect(registry.events == [.policyChanged, .policyChanged, .policyChanged, .policyChanged])
    }

    @Test("is recorded once, with the version, its digest, and the ids of what became of which")
    func record() async throws {
        _ = try await apply(Self.document(Self.policy("b"), Self.policy("a")))
        _ = try await apply(Self.document(Self.policy("b", "allow"), Self.policy("z"), Self.policy("c")), prune: true)
        let second = try #require(registry.state.policies.last)
        #expect(registry.state.records.map(\.changedBy) == ["op", "op"])
        #expect(
            registry.state.records.last?.change == [
                "version": 2, "digest": .string(second.version.digest.text), "added": ["c", "z"], "changed": ["b"],
                "removed": ["a"],
            ])
        #expect(
            try second.version.digest
                == PolicyDigest(of: PolicyRecord.json(of: second.policies), hashing: FakeDigests()))
    }

    @Test("is one transaction with the rest of the document, or nothing")
    func whole() async throws {
        let wrong = #"{"agents":[{"id":"x","type":"nothing","owner":"o"}],"policies":[{"id":"p","effect":"deny"}]}"#
        await #expect(throws: Problem.self) { try await apply(wrong) }
        #expect(registry.state.policies == [] && registry.events == [])
    }

    @Test("replaces the whole set, and with a digest no other set than that one")
    func replacing() async throws {
        let first = try await replace(Self.document(Self.policy("a"), Self.policy("b")))
        #expect(first.version.number == 1 && first.version.count == 2 && first.version.changedBy == "op")
        let shown = String(decoding: first.json.canonical, as: UTF8.self)
        #expect(try await replace(shown) == first)
        _ = try await replace(Self.document(Self.policy("c")))
        let error = await #expect(throws: Problem.self) { try await replace(shown) }
        #expect(error?.kind == .conflict && error?.field == "digest" && error?.detail.contains("version 2") == true)
        #expect(inForce == ["c"])
        #expect(try await replace(#"{"items":[]}"#).version.count == 0)
        #expect(registry.state.policies.map(\.version.number) == [1, 2, 3])
    }

    @Test("never lets the set grow beyond what can be judged by")
    func bounds() async throws {
        let many = (0..<1000).map { Self.policy("p\($0)") }
        _ = try await apply(Self.document(many.joined(separator: ",")))
        let error = await #expect(throws: Problem.self) { try await apply(Self.document(Self.policy("one-more"))) }
        #expect(error?.field == "policies" && error?.detail.contains("1001 policies") == true)
        let scopes = (0..<450).map { "\"\(String(repeating: "x", count: 245))\($0)\"" }.joined(separator: ",")
        let long = (0..<40).map { Self.policy("long\($0)", "deny", #","when":{"scopes":[\#(scopes)]}"#) }
        let tooLong = await #expect(throws: Problem.self) {
            try await apply(Self.document(long.joined(separator: ",")), prune: true)
        }
        #expect(tooLong?.field == "policies" && tooLong?.detail.contains("4096 KiB are the most") == true)
        #expect(registry.state.policies.count == 1)
    }

    @Test("refuses hours of a time zone that nobody here knows, with the name that was meant")
    func zones() async throws {
        let hours = #","when":{"within":{"from":"09:00","to":"17:00","zone":"Europe/Belrin"}}"#
        let text = Self.document(Self.policy("a"), Self.policy("b", "deny", hours))
        for attempt in [{ _ = try await apply(text) }, { _ = try await replace(text) }] {
            let error = await #expect(throws: Problem.self) { try await attempt() }
            #expect(error?.field == "policies[1].when.within.zone" && error?.kind == .invalid)
            #expect(error?.detail.contains("did you mean \"Europe/Berlin\"?") == true)
        }
        #expect(registry.state.policies == [])
    }

    @Test("warns of names that nothing has, because such a policy never fires")
    func warnings() async throws {
        let when =
            #","layer":"agent:agent-onw","when":{"types":["inventory-reader","inventry-reader"],"#
            + #""audiences":["cloud-inventory"],"agents":["agent-own","agent-inherit"],"teams":["whatever"]}"#
        let plan = try await apply(Self.document(Self.policy("p", "deny", when)))
        #expect(
            plan.warnings == [
                #"policy p: when.types names "inventry-reader", and there is no agent type of that name: it never fires "#
                    + #"for it; did you mean "inventory-reader"?"#,
                #"policy p: when.audiences names "cloud-inventory", and there is no audience of that name: it never "#
                    + #"fires; did you mean "cloud-inventory-api"?"#,
                #"policy p: when.agents names "agent-inherit", and there is no agent of that name: it never fires for "#
                    + #"it; did you mean "agent-inherits"?"#,
                #"policy p: layer names "agent-onw", and there is no agent of that name: it never fires; did you "#
                    + #"mean "agent-own"?"#,
                #"policy p: when.teams names "whatever", and no agent is of that team: it never fires"#,
            ])
        let names = (0..<400).map { "\"nobody\($0)\"" }.joined(separator: ",")
        let many = try await apply(Self.document(Self.policy("q", "deny", #","when":{"agents":[\#(names)]}"#)))
        #expect(many.warnings.count == 26 && many.warnings.last?.contains("only the first 25") == true)
        let scopes = (0..<400).map { "\"nothing:\($0)\"" }.joined(separator: ",")
        let more = try await apply(
            Self.document(
                Self.policy("r", "deny", #","when":{"scopes":[\#(scopes)]}"#),
                Self.policy("s", "deny", #","when":{"teams":["nobody"]}"#)))
        #expect(more.warnings.count == 26 && more.warnings.last?.contains("only the first 25") == true)
    }

    private static let billing = #"""
        {"audiences":[{"id":"billing-api","scopes":[
          {"name":"billing:read","class":"read","sensitivity":"pii"},{"name":"billing:write","class":"write"},
          {"name":"billing:admin:*","class":"admin"}]}],
        "agents":[{"id":"agent-paid","type":"inventory-reader","owner":"ownir","team":"finance","environment":"prod"}],
        "policies":[
        """#

    private func planned(_ policies: String...) throws -> [String] {
        let text = Self.billing + policies.joined(separator: ",") + "]}"
        return try changes.plan(RegistryDocument(JSONValue(text: text)), prune: false).warnings
    }

    @Test("warns of scopes and sensitivities that no catalogue has, with the ones that were meant")
    func scopeWarnings() throws {
        #expect(
            try planned(
                Self.policy("g", "deny", #","when":{"scopes":["billing:wirte"]}"#),
                Self.policy(
                    "i", "deny",
                    #","when":{"audiences":["billing-api"],"scopes":["ec2:DescribeInstances","billing:re*"]}"#),
                Self.policy("j", "deny", #","when":{"sensitivity":"pi"}"#),
                Self.policy(
                    "l", "allow_with_conditions", #","conditions":{"narrow_to":["billing:raed","billing:read"]}"#),
                Self.policy("m", "deny", #","when":{"scopes":["billing:admin:users","ec2:*"],"sensitivity":"pii"}"#)
            ) == [
                #"policy g: when.scopes names "billing:wirte", and no audience's catalogue has such a scope: it never "#
                    + #"fires; did you mean "billing:write"?"#,
                #"policy i: when.scopes names "ec2:DescribeInstances", and no catalogue of its audiences has such a "#
                    + "scope: it never fires for it",
                #"policy j: when.sensitivity names "pi", and no audience's catalogue has such a sensitivity: it never "#
                    + #"fires; did you mean "pii"?"#,
                #"policy l: conditions.narrow_to names "billing:raed", and no audience's catalogue has such a scope: "#
                    + #"it lets nothing through; did you mean "billing:read"?"#,
            ])
    }

    @Test("warns of teams, environments and approvers that are misspelt, and not of a person who is known")
    func peopleWarnings() throws {
        let when = #","layer":"team:finanse","when":{"teams":["finance"],"environments":["prd","prod"]}"#
        #expect(
            try planned(
                Self.policy("k", "deny", when),
                Self.policy("h", "require_approval", #","approvers":["ownr","principal","bob@company.com"]"#),
                Self.policy("n", "require_approval", #","approvers":["ownir","owner"]"#)
            ) == [
                #"policy k: layer names "finanse", and no agent is of that team: it never fires; did you mean "#
                    + #""finance"?"#,
                #"policy k: when.environments names "prd", and no agent is of that environment: it never fires for "#
                    + #"it; did you mean "prod"?"#,
                #"policy h: approvers names "ownr", who is taken for a person; did you mean the word owner?"#,
            ])
    }
}
