import MandateCore
import Testing

@testable import MandateServer

@Suite("A client's credential")
struct ClientCredentialTests {
    private let client = AgentID(checked: "agent-1")

    private func read(_ authorization: String?, _ body: String = "") throws(Refusal) -> ClientCredential? {
        guard
            let parameters = try Parameters(Array(body.utf8), contentType: "application/x-www-form-urlencoded")
        else { return nil }
        return try ClientCredential(authorization: authorization.map { Array($0.utf8) }, parameters: parameters)
    }

    @Test(
        "is not read from what only looks like Basic",
        arguments: [
            "Basic", "Basic ", "Basic !!!!", "Basic YWdlbnQtMTpz=", "Basic YWdlbnQtMTpzZQ", "Basic YWdlbnQtMTpzZR==",
            "Basic YWdlbnQtMTpz\u{A0}", "Basic YWdlbnQt MTpz", "Basic YWdlbnQtMTo_", Wire.basic("agent-1"),
            Wire.basic(":secret"),
            Wire.basic("agent-1:"), Wire.basic("agent 1:secret"), Wire.basic("agent/1:secret"),
            Wire.basic("agent%2F1:secret"),
            Wire.basic("agent-1:%"), Wire.basic("agent-1:%FF"), Wire.basic("agent-1\u{0}:secret"),
            Wire.basic("é:secret"),
        ])
    func badBasic(authorization: String) throws {
        let credential = try read(authorization)
        #expect(credential == .unusable(basic: authorization != "Basic"))
    }

    @Test(
        "is what Basic says, each half form-decoded",
        arguments: [
            (Wire.basic("agent-1:mnd_x"), "mnd_x"), ("bASIC  " + Wire.basic("agent-1:mnd_x").dropFirst(6), "mnd_x"),
            (Wire.basic("agent%2D1:a%3Ab"), "a:b"), (Wire.basic("agent-1:a:b"), "a:b"),
            (Wire.basic("agent-1:a+b"), "a b"),
        ] as [(String, String)])
    func goodBasic(authorization: String, secret: String) throws {
        #expect(try read(authorization) == .secret(client: client, secret: Array(secret.utf8), method: .basic))
        #expect(
            try read(authorization, "client_id=agent-1")
                == .secret(client: client, secret: Array(secret.utf8), method: .basic))
    }

    @Test("is what the body says")
    func post() throws {
        #expect(
            try read(nil, "client_id=agent-1&client_secret=a%3Ab")
                == .secret(client: client, secret: Array("a:b".utf8), method: .post))
    }

    @Test(
        "is none, and known to be none only later, when it is missing or of another kind",
        arguments: [
            (nil, ""), (nil, "client_id=agent-1"), (nil, "client_secret=a"), (nil, "client_id=a%20b&client_secret=a"),
            (nil, "client_id=agent-1&client_secret="), (nil, "client_assertion=x"), ("Bearer abc", ""), ("", ""),
        ] as [(String?, String)])
    func unusable(authorization: String?, body: String) throws {
        #expect(try read(authorization, body) == .unusable(basic: false))
    }

    @Test(
        "is refused when there are two, whether or not they agree",
        arguments: [
            (Wire.basic("agent-1:a"), "client_id=agent-1&client_secret=a"), ("Bearer abc", "client_secret=a"),
            (Wire.basic("agent-1:a"), "client_assertion=x"), (nil, "client_id=a&client_secret=a&client_assertion=x"),
            (Wire.basic("agent-1:a"), "client_assertion_type=x"), ("Basic !!!!", "client_secret=a"),
        ] as [(String?, String)])
    func two(authorization: String?, body: String) {
        #expect(throws: Refusal.malformedRequest(.severalAuthenticationMethods)) { try read(authorization, body) }
    }

    @Test("is refused when the body names another client")
    func differs() {
        #expect(throws: Refusal.malformedRequest(.clientIDsDiffer)) {
            try read(Wire.basic("agent-1:a"), "client_id=agent-2")
        }
    }
}
