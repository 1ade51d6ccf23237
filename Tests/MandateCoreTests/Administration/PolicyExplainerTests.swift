import MandateTesting
import Testing

@testable import MandateCore

@Suite("An explanation")
struct PolicyExplainerTests {
    private static let explainer = PolicyExplainer(rules: .testing(), digests: FakeDigests(), engine: .nothing)
    private static let registry = """
        {"audiences":[{"id":"a-api","scopes":[{"name":"a:read","class":"read"},{"name":"a:write","class":"write"}]}],
        "agent_types":[{"id":"kind","capabilities":{"a-api":["a:read","a:write"]},
        "delegation":{"to":["kind"],"max_chain_depth":3,"max_class":"write","approval_for":["write"]}}],
        "agents":[{"id":"one","type":"kind","owner":"ann"},{"id":"two","type":"kind","owner":"ann"}]
        """

    private func results(_ policies: String, given: String, expect: String = #"{"decision":"ALLOW"}"#) throws
        -> PolicyTestResult
    {
        let text =
            Self.registry + #","policies":[\#(policies)],"cases":[{"name":"c","given":\#(given),"expect":\#(expect)}]}"#
        let file = try PolicyTestFile(
            JSONValue(strict: Array(text.utf8)), over: nil, explainer: Self.explainer)
        return try #require(try file.results().first)
    }

    @Test("says that a delegator's constraints ask for a person, as policies would")
    func constraints() throws {
        let result = try results("", given: #"{"client":"one","agent":"two","audience":"a-api","scopes":"a:write"}"#)
        #expect(result.explanation.decision == .requireApproval && result.explanation.rule == "delegation")
        #expect(result.failures.map(\.member) == ["decision"])
    }

    @Test("holds a case against all that it expects, and against nothing else")
    func expectations() throws {
        let policy =
            #"{"id":"p","effect":"allow_with_conditions","conditions":{"max_lifetime":60,"narrow_to":["a:read"]}}"#
        let given = #"{"agent":"one","audience":"a-api","scopes":["a:read","a:write"]}"#
        let good = #"""
            {"decision":"ALLOW_WITH_CONDITIONS","rule":"p","conditions":{"narrow_to":["a:read"],"max_lifetime":"1m"},
            "scopes":["a:read"],"expires_in":"60s"}
            """#
        #expect(try results(policy, given: given, expect: good).isGood)
        let bad = #"""
            {"decision":"ALLOW_WITH_CONDITIONS","rule":"q","conditions":{"max_lifetime":"1m"},"scopes":["a:write"],
            "expires_in":61}
            """#
        #expect(
            try results(policy, given: given, expect: bad).failures.map(\.member) == [
                "rule", "conditions", "scopes", "expires_in",
            ])
    }

    @Test("of a file without cases is none, and what its policies name in vain is told")
    func withoutCases() throws {
        func file(_ text: String) throws -> PolicyTestFile {
            try PolicyTestFile(JSONValue(strict: Array(text.utf8)), over: nil, explainer: Self.explainer)
        }
        let policies = #""policies":[{"id":"p","effect":"deny","when":{"scopes":["a:raed"]}}]}"#
        let whole = try file(Self.registry + "," + policies)
        #expect(try whole.results().isEmpty && whole.policyCount == 1)
        #expect(
            whole.warnings == [
                #"policy p: when.scopes names "a:raed", and no audience's catalogue has such a scope: it never fires; "#
                    + #"did you mean "a:read"?"#
            ])
        // Where nothing is said of what there is, nothing is in vain.
        #expect(try file("{" + policies).warnings == [])
    }

    @Test("of the registry counts what is counted there, and nothing when it is only asked")
    func registryCounts() throws {
        let registry = FakeRegistry()
        registry.arrange { $0.counted["p|agent|60|one"] = 4 }
        let json = try JSONValue(
            strict: Array(
                #"{"client_id":"one","policies":[{"id":"p","effect":"deny","when":{"rate_over":{"count":4,"per":60}}}]}"#
                    .utf8))
        let before = registry.state.commits
        let answer = try registry.reading { (reader) throws(Problem) in
            try Self.explainer.explain(json, in: reader)
        }
        #expect(answer.decision == .deny && answer.rule == "authentication")
        #expect(registry.state.commits == before && registry.state.records.isEmpty)
    }

    @Test(
        "cannot be asked for with what is not so",
        arguments: [
            (#"{"agent":"one","grant":"redeem","principal":"ann","autonomous":false,"depth":0}"#, "depth"),
            (#"{"agent":"one","grant":"hand_over","token":"access_token"}"#, "token"),
            (#"{"agent":"one","grant":"pass_on","token":"delegation"}"#, "token"),
            (#"{"client":"one","agent":"two","token":"access_token"}"#, "token"),
            (#"{"client":"one","agent":"two","grant":"redeem"}"#, "agent"), (#"{"scopes":"a:read"}"#, "client"),
            (#"{"agent":"one","audience":"a-api","audiences":["a-api"]}"#, "audiences"),
            (#"{"agent":"one","grant":"start","autonomous":true,"principal":"ann"}"#, "autonomous"),
        ])
    func contradictions(given: String, field: String) throws {
        let problem = #expect(throws: Problem.self) { _ = try results("", given: given) }
        #expect(problem?.field == "cases[0].given.\(field)")
    }
}
