import MandateCore
import MandateTesting
import Testing

/// A document that must be refused, the field it must name, and words of the mend.
struct Mistake: Sendable, CustomTestStringConvertible {
    let document: String
    let field: String?
    let words: [String]

    init(_ document: String, _ field: String?, _ words: String...) {
        self.document = document
        self.field = field
        self.words = words
    }

    var testDescription: String { document }

    static func agent(_ members: String, _ field: String?, _ words: String...) -> Mistake {
        var mistake = Mistake(
            #"{"agents":[{"id":"a","type":"t","owner":"o","# + members + "}]}", field.map { "agents[0]." + $0 })
        mistake = Mistake(mistake.document, mistake.field, words)
        return mistake
    }

    static func audience(_ members: String, _ field: String?, _ words: String...) -> Mistake {
        Mistake(
            #"{"audiences":[{"id":"a","scopes":[{"name":"x:y","class":"read"}],"# + members + "}]}",
            field.map { "audiences[0]." + $0 }, words)
    }

    init(_ document: String, _ field: String?, _ words: [String]) {
        self.document = document
        self.field = field
        self.words = words
    }

    /// The document is refused for this field in these words.
    func expect() {
        guard let problem = Self.refusal(of: document) else {
            Issue.record("accepted")
            return
        }
        #expect(problem.kind == .invalid)
        #expect(problem.field == field, "\(problem.detail)")
        for word in words { #expect(problem.detail.contains(word), "\(problem.detail)") }
    }

    static func refusal(of document: String) -> Problem? {
        do {
            _ = try RegistryDocument(JSONValue(text: document))
            return nil
        } catch {
            return error as? Problem
        }
    }
}

@Suite("A registry document")
struct RegistryDocumentTests {
    @Test(
        "is refused where it is wrong, with the mend",
        arguments: [
            Mistake("[]", nil, "object"),
            Mistake(#"{"agnets":[]}"#, "agnets", "did you mean", "agents"),
            Mistake(#"{"policies":{}}"#, "policies", "must be a list"),
            Mistake(#"{"issuers":[1]}"#, "issuers[0]", "object"),
            Mistake(#"{"issuers":{}}"#, "issuers", "must be a list"),
            Mistake(#"{"agents":{}}"#, "agents", "must be a list, not an object"),
            Mistake(#"{"agents":["a"]}"#, "agents[0]", "object"),
            Mistake(#"{"agents":[{"type":"t","owner":"o"}]}"#, "agents[0].id", "missing"),
            Mistake(#"{"agents":[{"id":"a","owner":"o"}]}"#, "agents[0].type", "missing"),
            Mistake(#"{"agents":[{"id":"a","type":"t"}]}"#, "agents[0].owner", "missing", "person"),
            Mistake(#"{"agents":[{"id":"a/b","type":"t","owner":"o"}]}"#, "agents[0].id", "1 to 128"),
            Mistake(#"{"agents":[{"id":"é","type":"t","owner":"o"}]}"#, "agents[0].id", "1 to 128"),
            Mistake(
                #"{"agents":[{"id":"a","type":"t","owner":"o"},{"id":"a","type":"t","owner":"o"}]}"#, "agents[1].id",
                "twice", "agents[0]"),
            Mistake(#"{"agent_types":[{"id":"t"},{"id":"t"}]}"#, "agent_types[1].id", "twice"),
        ])
    func refusesTheWhole(mistake: Mistake) { mistake.expect() }

    @Test(
        "is refused where an agent is wrong, with the mend",
        arguments: [
            .agent(#""version":2"#, "version", "put it in quotes"),
            .agent(#""team":["x"]"#, "team", "must be a string, not a list"),
            .agent(#""ownr":"x""#, "ownr", "did you mean", "owner"),
            .agent(#""maxClass":"x""#, "maxClass", "not a member"),
            .agent(#""created_at":"x""#, "created_at", "kept by the registry"),
            .agent(#""may_start_chains":"yes""#, "may_start_chains", "true or false"),
            .agent(#""may_report_risk":1"#, "may_report_risk", "true or false"),
            .agent(#""description":"a\nb""#, "description", "printable"),
            .agent(#""description":"\u202e""#, "description", "printable"),
            .agent(#""status":"activ""#, "status", "did you mean", "active"),
            .agent(#""grants":"token_exchange""#, "grants", "must be a list"),
            .agent(#""grants":["password"]"#, "grants[0]", "client_credentials"),
            .agent(#""expires_at":"tomorrow""#, "expires_at", "UTC"),
            .agent(#""expires_at":"2027-02-30T00:00:00Z""#, "expires_at", "UTC"),
            .agent(#""capabilities":{}"#, "capabilities", "names no audience"),
            .agent(#""capabilities":["x"]"#, "capabilities", "object"),
            .agent(#""capabilities":{"api":[]}"#, "capabilities.api", "no scope"),
            .agent(#""capabilities":{"api":"x:y"}"#, "capabilities.api", "list"),
            .agent(#""capabilities":{"api":["x:y","*"]}"#, "capabilities.api[1]", "segment"),
            .agent(#""capabilities":{"api":["x y"]}"#, "capabilities.api[0]", "segment"),
            .agent(#""capabilities":{"a b":["x"]}"#, #"capabilities["a b"]"#, "no audience id"),
            .agent(#""delegation":{"max_chain_depth":1,"max_class":"read"}"#, "delegation.to", "missing"),
            .agent(#""delegation":{"to":[],"max_class":"read"}"#, "delegation.max_chain_depth", "missing"),
            .agent(#""delegation":{"to":[],"max_chain_depth":1}"#, "delegation.max_class", "missing"),
            .agent(
                #""delegation":{"to":[],"max_chain_depth":0,"max_class":"read"}"#, "delegation.max_chain_depth",
                "1 to 32"),
            .agent(
                #""delegation":{"to":[],"max_chain_depth":1.5,"max_class":"read"}"#, "delegation.max_chain_depth",
                "whole number"),
            .agent(
                #""delegation":{"to":["*"],"max_chain_depth":1,"max_class":"read"}"#, "delegation.to[0]", "1 to 128"),
            .agent(
                #""delegation":{"to":[],"max_chain_depth":1,"max_class":"read","approval_for":["write"]}"#,
                "delegation.approval_for[0]", "above max_class"),
        ] as [Mistake])
    func refusesAgents(mistake: Mistake) { mistake.expect() }

    @Test(
        "is refused where an audience is wrong, with the mend",
        arguments: [
            Mistake(#"{"audiences":[{"id":"a"}]}"#, "audiences[0].scopes", "missing"),
            Mistake(#"{"audiences":[{"id":"a","scopes":[]}]}"#, "audiences[0].scopes", "at least one"),
            Mistake(
                #"{"audiences":[{"id":"a","scopes":[{"name":"x","class":"red"}]}]}"#, "audiences[0].scopes[0].class",
                "read, write, delete, admin"),
            Mistake(
                #"{"audiences":[{"id":"a","scopes":[{"name":"x","class":"read"},{"name":"x","class":"write"}]}]}"#,
                "audiences[0].scopes", "twice"),
            Mistake(
                #"{"audiences":[{"id":"a","scopes":[{"class":"read"}]}]}"#, "audiences[0].scopes[0].name", "missing"),
            .audience(#""default_scopes":["x:z"]"#, "default_scopes", "x:z", "covered by no entry"),
            .audience(#""max_lifetime":"1h""#, "max_lifetime", "15m"),
            .audience(#""max_lifetime":901"#, "max_lifetime", "900"),
            .audience(#""max_lifetime":4"#, "max_lifetime", "5s"),
            .audience(#""max_lifetime":"soon""#, "max_lifetime", "15m"),
            .audience(#""max_lifetime":"99999999999h""#, "max_lifetime", "duration"),
            .audience(#""resource":"x.internal""#, "resource", "URI"),
            .audience(#""resource":"https://x#y""#, "resource", "URI"),
            .audience(#""namespace":"https://x""#, "namespace", "ends in"),
            .audience(#""namespace":"ftp://x/""#, "namespace", "http"),
            .audience(#""namespace":"https:///""#, "namespace", "http"),
            .audience(#""namespace":"https://x?y=/""#, "namespace", "query"),
            .audience(#""algorithm":"none""#, "algorithm", "ES256, RS256, EdDSA"),
            .audience(#""algorithm":"HS256""#, "algorithm", "ES256"),
            .audience(#""require_task":1"#, "require_task", "true or false"),
            .audience(#""max-lifetime":"15m""#, "max-lifetime", "did you mean", "max_lifetime"),
        ] as [Mistake])
    func refusesAudiences(mistake: Mistake) { mistake.expect() }

    @Test("never repeats what a terminal would obey")
    func quotesSafely() throws {
        let problem = try #require(Mistake.refusal(of: #"{"\u001b[31m":[]}"#))
        #expect(problem.detail.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test(
        "reads durations as people write them",
        arguments: [(#""15m""#, 900), (#""900s""#, 900), ("60", 60), (#""5s""#, 5)] as [(String, Int64)])
    func readsDurations(text: String, seconds: Int64) async throws {
        let registry = FakeRegistry()
        let document = #"{"audiences":[{"id":"a","max_lifetime":\#(text),"scopes":[{"name":"x","class":"read"}]}]}"#
        _ = try await RegistryChanges(administration: registry, keys: FakeKeyStore())
            .apply(RegistryDocument(JSONValue(text: document)), prune: false, by: "op")
        #expect(registry.state.audiences.values.first?.maxLifetime == seconds)
    }

    @Test("may leave out what is null, and may name kinds that are empty")
    func acceptsNothing() throws {
        let document = #"{"agents":[],"audiences":null,"policies":[],"issuers":[]}"#
        #expect(Mistake.refusal(of: document) == nil)
    }
}
