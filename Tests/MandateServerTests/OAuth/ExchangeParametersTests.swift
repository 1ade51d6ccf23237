import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("The parameters of a token exchange")
struct ExchangeParametersTests {
    private static let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
    private static let type = "urn:ietf:params:oauth:token-type:"
    private static let delegation = "urn:mandate:params:oauth:token-type:delegation"

    private func read(_ body: String) throws(Refusal) -> TokenRequest? {
        guard
            let parameters = try Parameters(Array(body.utf8), contentType: "application/x-www-form-urlencoded")
        else { return nil }
        return try TokenRequest(parameters, authorization: nil, address: "192.0.2.7")
    }

    @Test("are a request as they say")
    func whole() throws {
        let body =
            Self.exchange
            + "&client_id=agent-1&client_secret=s&subject_token=a.b.c&subject_token_type=\(Self.delegation)"
            + "&actor_token=d.e.f&actor_token_type=\(Self.type)access_token&requested_token_type=\(Self.delegation)"
            + "&requested_actor=agent-2&audience=a&audience=b&resource=https%3A%2F%2Fc&scope=x&task_id=INC-1"
            + "&expires_in=60"
        let expected = TokenRequest(
            credential: .secret(client: AgentID(checked: "agent-1"), secret: Array("s".utf8), method: .post),
            grant: .tokenExchange(
                TokenExchange(
                    subject: PresentedToken(text: Array("a.b.c".utf8), type: .delegation),
                    actor: PresentedToken(text: Array("d.e.f".utf8), type: .accessToken))),
            wanted: .delegation, targets: [.audience("a"), .audience("b"), .resource("https://c")],
            scope: .scopes("x"), task: TaskID(checked: "INC-1"), requestedActor: AgentID(checked: "agent-2"),
            lifetime: 60, address: "192.0.2.7")
        #expect(try read(body) == expected)
    }

    @Test(
        "know four types of token",
        arguments: [
            (type + "access_token", .accessToken), (type + "id_token", .idToken), (type + "jwt", .jwt),
            (delegation, .delegation),
        ] as [(String, PresentedToken.Kind)])
    func types(name: String, kind: PresentedToken.Kind) throws {
        let token = PresentedToken(text: Array("t".utf8), type: kind)
        let subject = try read(Self.exchange + "&subject_token=t&subject_token_type=\(name)")
        #expect(subject?.grant == .tokenExchange(TokenExchange(subject: token)))
        #expect(subject?.wanted == .accessToken && subject?.requestedActor == nil)
        let actor = try read(
            Self.exchange + "&subject_token=t&subject_token_type=\(name)&actor_token=t&actor_token_type=\(name)")
        #expect(actor?.grant == .tokenExchange(TokenExchange(subject: token, actor: token)))
    }

    private static let good = "&subject_token=t&subject_token_type=\(type)jwt"

    @Test(
        "are refused when they are not what they must be",
        arguments: [
            ("", .subjectToken), ("&subject_token=t", .subjectToken),
            ("&subject_token=&subject_token_type=x", .subjectToken),
            ("&subject_token_type=\(type)jwt", .subjectToken),
            ("&subject_token=t&subject_token_type=x", .subjectTokenType("x")),
            ("&subject_token=t&subject_token_type=\(type)refresh_token", .subjectTokenType(type + "refresh_token")),
            ("&subject_token=t&subject_token_type=\(type)saml2", .subjectTokenType(type + "saml2")),
            ("&subject_token=t&subject_token_type=\(type)JWT", .subjectTokenType(type + "JWT")),
            (good + "&actor_token=t", .actorToken), (good + "&actor_token_type=\(type)jwt", .actorToken),
            (good + "&actor_token=t&actor_token_type=x", .actorToken),
            (good + "&actor_token=&actor_token_type=\(type)jwt", .actorToken),
            (good + "&requested_token_type=\(type)jwt", .requestedTokenType(type + "jwt")),
            (good + "&requested_token_type=\(type)refresh_token", .requestedTokenType(type + "refresh_token")),
            (good + "&requested_actor=no+agent", .requestedActor), (good + "&requested_actor=%C3%A9", .requestedActor),
        ] as [(String, Refusal.Malformation)])
    func malformed(body: String, malformation: Refusal.Malformation) {
        #expect(throws: Refusal.malformedRequest(malformation)) { try read(Self.exchange + body) }
    }

    @Test(
        "are each given once, but for audience and resource",
        arguments: ["subject_token", "subject_token_type", "actor_token", "requested_actor", "requested_token_type"])
    func repeated(name: String) {
        #expect(throws: Refusal.repeatedParameter(name)) {
            try read(Self.exchange + "&\(name)=a&\(name)=a")
        }
    }

    @Test(
        "belong to the exchange alone",
        arguments: [
            ("subject_token=t", .subjectTokenOfExchange), ("subject_token_type=x", .subjectTokenOfExchange),
            ("actor_token=t&actor_token_type=x", .actorToken),
        ] as [(String, Refusal.Malformation)])
    func otherGrant(body: String, malformation: Refusal.Malformation) {
        #expect(throws: Refusal.malformedRequest(malformation)) {
            try read("grant_type=client_credentials&" + body)
        }
    }

    @Test("name an actor for delegation tokens, and for an access token only in an exchange")
    func actor() throws {
        #expect(throws: Refusal.malformedRequest(.requestedActor)) {
            try read("grant_type=client_credentials&requested_actor=agent-2")
        }
        let own = try read(
            "grant_type=client_credentials&requested_actor=agent-2&requested_token_type=\(Self.delegation)")
        #expect(own?.wanted == .delegation && own?.requestedActor == AgentID(checked: "agent-2"))
        #expect(try read(Self.exchange + Self.good + "&requested_actor=agent-2")?.wanted == .accessToken)
    }
}
