import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("A token request")
struct TokenRequestTests {
    private func read(_ body: String) throws(Refusal) -> TokenRequest? {
        guard
            let parameters = try Parameters(Array(body.utf8), contentType: "application/x-www-form-urlencoded")
        else { return nil }
        return try TokenRequest(parameters, authorization: nil, address: "192.0.2.7")
    }

    private static let delegation = "urn:mandate:params:oauth:token-type:delegation"

    @Test(
        "is refused for a parameter that is not what it must be",
        arguments: [
            ("", .grantTypeMissing), ("grant_type=", .grantTypeMissing),
            ("Grant_Type=client_credentials", .grantTypeMissing),
            ("expires_in=0", .lifetime), ("expires_in=-1", .lifetime), ("expires_in=%2B1", .lifetime),
            ("expires_in=1.5", .lifetime), ("expires_in=1e3", .lifetime), ("expires_in=0x10", .lifetime),
            ("expires_in=%D9%A1", .lifetime), ("expires_in=+1", .lifetime),
            ("expires_in=9999999999999999999", .lifetime),
            ("task_id=a+b", .taskID), ("task_id=%C3%A9", .taskID), ("task_id=a%0A", .taskID), ("task_id=%00", .taskID),
            ("task_id=" + String(repeating: "a", count: 129), .taskID), ("task_purpose=a%0Ab", .taskPurpose),
            ("task_purpose=" + String(repeating: "a", count: 513), .taskPurpose),
            ("requested_token_type=x", .requestedTokenType("x")), ("requested_actor=agent-2", .requestedActor),
            ("risk_score=-1", .riskScore), ("risk_score=101", .riskScore), ("risk_score=1.5", .riskScore),
            ("risk_score=0100", .riskScore), ("risk_score=high", .riskScore), ("risk_score=+9", .riskScore),
            ("actor_token=x", .actorToken), ("actor_token_type=x", .actorToken),
        ] as [(String, Refusal.Malformation)])
    func malformed(body: String, malformation: Refusal.Malformation) {
        let grant = malformation == .grantTypeMissing ? "" : "grant_type=client_credentials&"
        #expect(throws: Refusal.malformedRequest(malformation)) { try read(grant + body) }
    }

    @Test("is what the parameters say")
    func whole() throws {
        let body =
            "grant_type=client_credentials&client_id=agent-1&client_secret=s&audience=a&resource=https%3A%2F%2Fb&audience="
            + "&scope=+b:c++a+&task_id=INC-1&task_purpose=two+words&expires_in=60&unknown=x&risk_score=70"
            + "&requested_token_type=urn:ietf:params:oauth:token-type:access_token&authorization_details=%5B%5D"
        let credential = ClientCredential.secret(
            client: AgentID(checked: "agent-1"), secret: Array("s".utf8), method: .post)
        let expected = TokenRequest(
            credential: credential, grant: .clientCredentials, targets: [.audience("a"), .resource("https://b")],
            scope: .scopes("a b:c"), task: TaskID(checked: "INC-1"), purpose: TaskPurpose(checked: "two words"),
            lifetime: 60, hasAuthorizationDetails: true, reportedRisk: 70, address: "192.0.2.7")
        #expect(try read(body) == expected)
    }

    @Test("leaves to its time what needs the client first: another grant, a malformed scope")
    func later() throws {
        let request = try #require(try read("grant_type=password&scope=*"))
        #expect(request.grant == .unsupported("password") && request.scope == .malformed("*"))
        #expect(request.credential == .unusable(basic: false) && request.targets == [])
    }
}
