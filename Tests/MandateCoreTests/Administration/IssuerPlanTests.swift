import MandateCore
import MandateTesting
import Testing

@Suite("Bringing trusted issuers to what a document says")
struct IssuerPlanTests {
    let registry: FakeRegistry
    private static let name = Label(checked: "https://login.example")

    init() async throws { registry = try await Quickstart.registry() }

    private func changes(refusing files: Set<String> = []) -> RegistryChanges {
        RegistryChanges(
            administration: registry, keys: FakeKeyStore(), issuers: .testing(refusing: files),
            policies: .testing())
    }

    private func apply(_ text: String, prune: Bool = false) async throws -> AppliedPlan {
        try await changes().apply(RegistryDocument(JSONValue(text: text)), prune: prune, by: "op")
    }

    /// Members out of canonical order, as people write them.
    private static func issuer(
        _ name: String = name.rawValue, claim: String = "email",
        authority: String = #"{"cloud-inventory-api":["ec2:*"]}"#
    ) -> String {
        """
        {"delegable":[{"authority":\(authority),"when":{"team":"sre","level":3}},
        {"authority":{"cloud-inventory-api":["s3:ListBuckets"]}}],"principal_claim":"\(claim)",
        "audiences":["b","a"],"jwks":{"keys":[{"x":"AA","kty":"OKP","n":1e0}],"a":0.5},"issuer":"\(name)"}
        """
    }

    private static func document(_ issuers: String...) -> String {
        #"{"issuers":["# + issuers.joined(separator: ",") + "]}"
    }

    @Test("registers, does nothing the second time, changes and prunes, with a record of each")
    func life() async throws {
        registry.arrange { $0.records = [] }
        let added = try await apply(Self.document(Self.issuer()))
        #expect(added.changes.map(\.action) == [.add] && added.changes.map(\.kind) == [.issuer])
        #expect(try await apply(Self.document(Self.issuer())).changes == [])
        let changed = try await apply(Self.document(Self.issuer(claim: "sub")))
        #expect(changed.changes.map(\.action) == [.change] && changed.changes.map(\.fields) == [["principal_claim"]])
        #expect(try await apply(#"{"agents":null}"#, prune: true).changes == [])
        let removed = try await apply(#"{"issuers":[]}"#, prune: true)
        #expect(removed.changes.map(\.id) == [Self.name.rawValue] && removed.changes.map(\.action) == [.remove])
        #expect(registry.state.issuers == [:])
        #expect(registry.events == [.trustedIssuerRegistered, .trustedIssuerChanged, .trustedIssuerRemoved])
        let name = JSONValue.string(Self.name.rawValue)
        #expect(
            registry.state.records.dropFirst().map(\.change) == [
                ["issuer": name, "fields": ["principal_claim"], "values": ["principal_claim": "sub"]],
                ["issuer": name],
            ])
    }

    @Test("shows an issuer as it is read, and reads it as it is shown")
    func shape() async throws {
        _ = try await apply(Self.document(Self.issuer()))
        let kept = try #require(registry.state.issuers[Self.name])
        #expect(
            kept.json == [
                "issuer": "https://login.example",
                "jwks": ["a": .number(0.5), "keys": [["kty": "OKP", "n": 1, "x": "AA"]]], "jwks_file": .null,
                "audiences": ["b", "a"], "principal_claim": "email",
                "delegable": [
                    ["when": ["level": 3, "team": "sre"], "authority": ["cloud-inventory-api": ["ec2:*"]]],
                    ["when": .null, "authority": ["cloud-inventory-api": ["s3:ListBuckets"]]],
                ],
            ])
        let saved = try await changes().replace(issuer: Self.name, by: kept.json, operator: "op")
        #expect(!saved.isNew && saved.record == kept)
    }

    @Test("warns of scopes outside the catalogue, and refuses audiences that nobody defined")
    func catalogue() async throws {
        #expect(try await apply(Self.document(Self.issuer())).warnings.count == 1)
        try await refused(
            Self.document(Self.issuer(authority: #"{"cloud-inventory":["x:y"]}"#)), .invalid,
            "issuers[0].delegable[0].authority.cloud-inventory", "define it first")
    }

    @Test("prunes no audience that people may hand over")
    func audienceInUse() async throws {
        _ = try await apply(Self.document(Self.issuer()))
        let text = #"{"agents":[],"agent_types":[{"id":"inventory-reader"}],"audiences":[]}"#
        try await refused(text, prune: true, .conflict, "audiences", Self.name.rawValue, "hand it over")
        _ = try await apply(text.dropLast() + #","issuers":[]}"#, prune: true)
        #expect(registry.state.audiences == [:])
    }

    @Test("trusts neither this service nor keys that prove nothing, changed or not")
    func rules() async throws {
        try await refused(
            Self.document(Self.issuer("https://tokens.example")), .invalid, "issuers[0].issuer", "this service")
        let file = Self.issuer().replacing(/"jwks":.*?}\],"a":0.5}/, with: #""jwks_file":"/keys.json""#)
        _ = try await apply(Self.document(file))
        #expect(registry.state.issuers[Self.name]?.keys == .file("/keys.json"))
        let error = await #expect(throws: Problem.self) {
            try await changes(refusing: ["/keys.json"]).apply(
                RegistryDocument(JSONValue(text: Self.document(file))), prune: false, by: "op")
        }
        #expect(error?.field == "issuers[0].jwks_file" && error?.detail.contains("/keys.json") == true)
    }

    private func refused(
        _ text: String, prune: Bool = false, _ kind: Problem.Kind, _ field: String, _ words: String...
    ) async throws {
        let before = registry.state.commits
        let error = await #expect(throws: Problem.self) { try await apply(text, prune: prune) }
        #expect(error?.kind == kind && error?.field == field, "\(String(describing: error))")
        for word in words { #expect(error?.detail.contains(word) == true, "\(String(describing: error))") }
        #expect(registry.state.commits == before)
    }
}
