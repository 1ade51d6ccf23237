import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("The answer that carries a token")
struct TokenResponseTests {
    private func answer(_ wanted: TokenRequest.Wanted) throws -> String {
        let client = AgentID(checked: "agent-1")
        let type = AgentType(
            id: AgentTypeID(checked: "worker"), capabilities: ["api": "a:*"],
            delegation: DelegationConstraints(to: [], maxChainDepth: 1, maxClass: .read))
        let catalogue = try #require(Catalogue([Catalogue.Entry(name: "a:*", scopeClass: .read)]))
        let hash = try #require(ChainHash(bytes: [UInt8](repeating: 0xAB, count: 32)))
        var view = FakeView()
        view.hashes[client] = SecretHashes(first: try FakeDigests().sha256(Array("s".utf8)), second: nil)
        view.registrations[client] = Registration(
            agent: Agent(id: client, type: type.id, owner: Label(checked: "alice")), type: type,
            link: StoredLink(number: 1, hash: hash, document: []))
        view.audiences = [Audience(id: AudienceID(checked: "api"), catalogue: catalogue)]
        view.keys[.es256] = KeyID(checked: String(repeating: "k", count: 43))
        let request = TokenRequest(
            credential: .secret(client: client, secret: Array("s".utf8), method: .basic), grant: .clientCredentials,
            wanted: wanted, targets: [], scope: .scopes("a:b a:c"), task: TaskID(checked: "t\"1"), address: "a")
        let service = TokenService(
            issuer: try #require(Issuer("https://tokens.example")), digests: FakeDigests(), verifier: FakeTokens(),
            random: CountingRandom(), quotas: FakeQuotas(), paces: FakePaces())
        guard case .issue(let issuance) = service.judge(.token(request), in: view, at: .eightOClock) else { return "" }
        let response = TokenResponse.response(issuance.answer, token: Array("a.b.c".utf8))
        #expect(response.status == 200)
        #expect(
            response.fields.map { "\($0.name): \($0.value)" }
                == ["Content-Type: application/json", "Cache-Control: no-store", "Pragma: no-cache"])
        return String(decoding: response.body, as: UTF8.self)
            .split(separator: issuance.answer.chain.text).joined(separator: "HASH")
    }

    @Test("says what an access token is good for")
    func accessToken() throws {
        #expect(
            try answer(.accessToken)
                == #"{"access_token":"a.b.c","token_type":"Bearer","expires_in":900,"scope":"a:b a:c","#
                + #""issued_token_type":"urn:ietf:params:oauth:token-type:access_token","task_id":"t\"1","#
                + #""delegation_chain_hash":"HASH","delegation_depth":1}"#)
    }

    @Test("says that a delegation token is no access token")
    func delegation() throws {
        #expect(
            try answer(.delegation)
                == #"{"access_token":"a.b.c","token_type":"N_A","expires_in":3600,"scope":"a:b a:c","#
                + #""issued_token_type":"urn:mandate:params:oauth:token-type:delegation","task_id":"t\"1","#
                + #""delegation_chain_hash":"HASH","delegation_depth":1}"#)
    }
}
