import MandateCore
import Testing

@testable import MandateStore

@Suite("The registry of trusted issuers")
struct TrustedIssuerTests {
    let place: Place
    let store: Store

    init() throws {
        place = try Place()
        store = try place.open()
    }

    static let full = TrustedIssuer(
        issuer: Label(checked: "https://login.example/'x'"),
        keys: .inline(["keys": [["kid": "\u{0}ü", "kty": "EC", "n": 1]]]),
        audiences: [Label(checked: "b"), Label(checked: "a")], principalClaim: "https://claims.example/email",
        delegable: [
            .init(
                conditions: [
                    .init(claim: "b", value: "'\u{0}"), .init(claim: "a", value: 7), .init(claim: "c", value: true),
                ], authority: Sample.authority),
            .init(conditions: [], authority: Sample.authority),
        ])
    static let inFile = TrustedIssuer(
        issuer: Label(checked: "https://b.example"), keys: .file("/etc/keys of b.json"),
        audiences: [Label(checked: "a")], principalClaim: "sub",
        delegable: [.init(conditions: [], authority: Sample.authority)])

    @Test("gives them back as they were, by their exact name and in byte order")
    func roundTrip() async throws {
        try await store.change { (editor) throws(Problem) in
            try editor.save(Self.full)
            try editor.save(Self.inFile)
        }
        try store.reading { (registry) throws(Problem) in
            #expect(try registry.issuers() == [Self.inFile, Self.full])
            #expect(try registry.issuer(Self.full.issuer) == Self.full)
            #expect(try registry.issuer(Label(checked: "HTTPS://b.example")) == nil)
        }
    }

    @Test("answers from the view as it is at its epoch")
    func view() async throws {
        let connection = try store.registry()
        func asked() throws -> TrustedIssuer? {
            try connection.reading { view in try? view.trustedIssuer(Self.full.issuer) }
        }
        #expect(try asked() == nil)
        try await store.change { (editor) throws(Problem) in try editor.save(Self.full) }
        #expect(try asked() == Self.full)
        #expect(try asked() == Self.full)
        let changed = TrustedIssuer(
            issuer: Self.full.issuer, keys: Self.inFile.keys, audiences: Self.full.audiences, principalClaim: "sub",
            delegable: Self.full.delegable)
        try await store.change { (editor) throws(Problem) in try editor.save(changed) }
        #expect(try asked() == changed)
        try await store.change { (editor) throws(Problem) in try editor.remove(issuer: changed.issuer) }
        #expect(try asked() == nil)
    }

    @Test(
        "cannot be read when a record is damaged",
        arguments: [
            "{}", #"{"jwks":{"keys":[]}}"#,
            #"{"jwks":{},"audiences":[1],"principal_claim":"sub","delegable":[]}"#,
            #"{"jwks":{},"audiences":["a"],"principal_claim":"sub","delegable":[{"when":[],"authority":{}}]}"#,
            #"{"jwks":{},"audiences":["a"],"principal_claim":"sub","delegable":[{"when":[{}],"authority":{"a":["x"]}}]}"#,
        ])
    func damaged(definition: String) throws {
        store.close()
        try place.tamper("INSERT INTO trusted_issuer (issuer, definition) VALUES ('i', '\(definition)')")
        let connection = try store.registry()
        _ = try connection.reading { view in
            #expect(throws: Refusal.unavailable(.registry)) { try view.trustedIssuer(Label(checked: "i")) }
        }
    }
}
