import MandateCore
import MandateTesting
import Testing

@Suite("A quota in the registry")
struct QuotaDefinitionTests {
    private static let scopes = #""scopes":[{"name":"x:y","class":"read"}]"#

    private func apply(_ text: String, to registry: FakeRegistry, prune: Bool = false) async throws -> AppliedPlan {
        try await RegistryChanges(administration: registry, keys: FakeKeyStore())
            .apply(RegistryDocument(JSONValue(text: text)), prune: prune, by: "op")
    }

    @Test(
        "is refused where it is wrong, with the mend",
        arguments: [
            .audience(#""quota":5"#, "quota", "object"),
            .audience(#""quota":{}"#, "quota.tokens", "missing", "how many"),
            .audience(#""quota":{"tokens":5}"#, "quota.per", "missing", "1m"),
            .audience(#""quota":{"tokens":0,"per":"1m"}"#, "quota.tokens", "1 to 1000000"),
            .audience(#""quota":{"tokens":1000001,"per":"1m"}"#, "quota.tokens", "1 to 1000000"),
            .audience(#""quota":{"tokens":1.5,"per":"1m"}"#, "quota.tokens", "whole number"),
            .audience(#""quota":{"tokens":"5","per":"1m"}"#, "quota.tokens", "without quotes"),
            .audience(#""quota":{"tokens":5,"per":"0s"}"#, "quota.per", "1s"),
            .audience(#""quota":{"tokens":5,"per":"2d"}"#, "quota.per", "86400s"),
            .audience(#""quota":{"tokens":5,"per":"99999999d"}"#, "quota.per", "86400s"),
            .audience(#""quota":{"tokens":5,"per":"minute"}"#, "quota.per", "duration"),
            .audience(#""quota":{"tokens":5,"per":"1m","burst":0}"#, "quota.burst", "1 to 1000000"),
            .audience(#""quota":{"tokens":5,"per":"1m","bursts":1}"#, "quota.bursts", "did you mean", "burst"),
            .audience(#""quotas":{}"#, "quotas", "did you mean", "quota"),
            .agent(#""quota":{"tokens":5,"per":"1m"}"#, "quota", "did you mean", "quotas"),
            .agent(#""quotas":[]"#, "quotas", "from audience to quota"),
            .agent(#""quotas":{"a b":{"tokens":5,"per":"1m"}}"#, #"quotas["a b"]"#, "no audience id"),
            .agent(#""quotas":{"api":{"tokens":5}}"#, "quotas.api.per", "missing"),
        ] as [Mistake])
    func mistakes(mistake: Mistake) { mistake.expect() }

    @Test("has a burst of all its tokens, unless it names one")
    func burst() async throws {
        let registry = FakeRegistry()
        for (text, burst) in [(#"{"tokens":90,"per":"1d"}"#, 90), (#"{"tokens":90,"per":86400,"burst":4}"#, 4)] {
            _ = try await apply(#"{"audiences":[{"id":"a","quota":\#(text),\#(Self.scopes)}]}"#, to: registry)
            let audience = try #require(registry.state.audiences.values.first)
            #expect(audience.quota == Quota(tokens: 90, period: 86_400, burst: Int64(burst)))
            #expect(audience.json["quota"] == ["tokens": 90, "per": 86_400, "burst": .integer(Int64(burst))])
        }
    }

    @Test("is planned as a change of its own, and of no link")
    func planned() async throws {
        let registry = try await Quickstart.registry(keys: FakeKeyStore())
        let quota = #""quotas":{"cloud-inventory-api":{"tokens":5,"per":"1m"}}"#
        let delegation = #""delegation":{"to":[],"max_chain_depth":3,"max_class":"read"}"#
        let capabilities = #""capabilities":{"cloud-inventory-api":["s3:ListBuckets","ec2:Describe*"]}"#
        _ = try await apply(
            #"{"agent_types":[{"id":"fresh",\#(capabilities),\#(delegation)}],"#
                + #""agents":[{"id":"x","type":"fresh","owner":"o"}]}"#, to: registry)
        let links = registry.state.agents.values.map(\.link)
        let plan = try await apply(
            #"{"agent_types":[{"id":"fresh",\#(capabilities),\#(delegation),\#(quota)}],"#
                + #""agents":[{"id":"x","type":"fresh","owner":"o",\#(quota)}]}"#, to: registry)
        #expect(plan.changes.map(\.fields) == [["quotas"], ["quotas"]])
        #expect(registry.state.agents.values.map(\.link) == links)
    }

    @Test("is for an audience there is, which cannot go while it is named")
    func audiences() async throws {
        let registry = try await Quickstart.registry(keys: FakeKeyStore())
        let quota = #""quotas":{"other-api":{"tokens":5,"per":"1m"}}"#
        func refused(_ text: String, prune: Bool = false) async throws -> Problem? {
            do {
                _ = try await apply(text, to: registry, prune: prune)
                return nil
            } catch let problem as Problem { return problem }
        }
        let agent = #"{"id":"x","type":"inventory-reader","owner":"o",\#(quota)}"#
        let unknown = try #require(try await refused(#"{"agents":[\#(agent)]}"#))
        #expect(unknown.field == "agents[0].quotas.other-api" && unknown.detail.contains("define it first"))
        let other = #"{"id":"other-api",\#(Self.scopes)}"#
        #expect(try await refused(#"{"audiences":[\#(other)],"agents":[\#(agent)]}"#) == nil)
        let pruned = try #require(try await refused(#"{"audiences":[]}"#, prune: true))
        #expect(pruned.kind == .conflict && pruned.field == "audiences")
    }
}
