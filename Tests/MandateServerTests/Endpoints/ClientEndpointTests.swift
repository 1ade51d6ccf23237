import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("A request to an endpoint where clients authenticate")
struct ClientEndpointTests {
    private static let form = "application/x-www-form-urlencoded"
    private static let credential = ClientCredential.secret(
        client: AgentID(checked: "agent-1"), secret: Array("s".utf8), method: .post)
    private let endpoint = ClientEndpoint(digests: FakeDigests())

    private func request(
        _ body: String, type: String? = form, key: String? = nil, authorization: String? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            method: "POST", path: "/", query: nil, contentType: type,
            authorization: authorization.map { Array($0.utf8) },
            ifNoneMatch: nil, idempotencyKey: key, traceparent: nil, body: Array(body.utf8), keepsAlive: true)
    }

    private func typed(_ parsed: ClientEndpoint.Parsed) -> ClientRequest? {
        guard case .request(let request) = parsed else { return nil }
        return request
    }

    private func refusal(_ parsed: ClientEndpoint.Parsed) -> Refusal? {
        guard case .refused(let refusal) = parsed else { return nil }
        return refusal
    }

    private static let own = "grant_type=client_credentials&client_id=agent-1&client_secret=s"

    private func key(_ text: String) -> ClientEndpoint.Parsed {
        endpoint.token(request(Self.own, key: text), from: "192.0.2.7")
    }

    @Test(
        "may have an Idempotency-Key of 1 to 255 visible letters, bound to the body",
        arguments: ["a", "!~", "550e8400-e29b-41d4-a716-446655440000", "\"q\"", String(repeating: "k", count: 255)])
    func retryKey(text: String) throws {
        guard case .token(let request) = typed(key(text)) else {
            Issue.record("'\(text)' is no key")
            return
        }
        let body = try FakeDigests().sha256(Array(Self.own.utf8))
        #expect(request.retry == RetryKey(text: text, body: body))
    }

    @Test(
        "is refused with any other Idempotency-Key",
        arguments: ["", " ", "a b", "a\t", "é", "\u{7F}", "\u{0}", String(repeating: "k", count: 256)])
    func otherKeys(text: String) {
        #expect(refusal(key(text)) == .malformedRequest(.retryKey))
    }

    @Test("without an Idempotency-Key is a request of its own")
    func withoutKey() {
        guard case .token(let request) = typed(endpoint.token(request(Self.own), from: "192.0.2.7")) else {
            Issue.record("it was not read")
            return
        }
        #expect(request.retry == nil && request.address == "192.0.2.7")
    }

    @Test("asks about one token, or ends it")
    func question() {
        let body = "token=a.b.c&token_type_hint=anything&client_id=agent-1&client_secret=s"
        let expected = TokenQuestion(credential: Self.credential, token: Array("a.b.c".utf8), address: "192.0.2.7")
        #expect(typed(endpoint.introspection(request(body), from: "192.0.2.7")) == .introspection(expected))
        #expect(typed(endpoint.revocation(request(body), from: "192.0.2.7")) == .revocation(expected))
        let json = #"{"token":"a.b.c","client_id":"agent-1","client_secret":"s"}"#
        #expect(
            typed(endpoint.revocation(request(json, type: "application/json"), from: "192.0.2.7"))
                == .revocation(expected))
        for without in ["client_id=agent-1&client_secret=s", "token=&client_id=agent-1&client_secret=s"] {
            #expect(
                refusal(endpoint.introspection(request(without), from: "a")) == .malformedRequest(.tokenMissing))
            #expect(refusal(endpoint.revocation(request(without), from: "a")) == .malformedRequest(.tokenMissing))
        }
    }

    @Test("completes the task of its path; the body may be empty when the client proves itself in the head")
    func completion() {
        let credential = ClientCredential.secret(
            client: AgentID(checked: "agent-1"), secret: Array("s".utf8), method: .basic)
        let basic = "Basic YWdlbnQtMTpz"
        let empty = endpoint.completion(
            request("", type: nil, authorization: basic), of: "INC-1", from: "192.0.2.7")
        #expect(
            typed(empty)
                == .completion(
                    TaskCompletion(credential: credential, task: TaskID(checked: "INC-1"), address: "192.0.2.7")))
        let posted = endpoint.completion(
            request("client_id=agent-1&client_secret=s"), of: "INC-1", from: "192.0.2.7")
        #expect(
            typed(posted)
                == .completion(
                    TaskCompletion(
                        credential: Self.credential, task: TaskID(checked: "INC-1"), address: "192.0.2.7")))
        for task in ["", "a b", "é", String(repeating: "t", count: 129)] {
            #expect(refusal(endpoint.completion(request(""), of: task, from: "a")) == .malformedRequest(.taskID))
        }
    }

    @Test("is answered 415 in another language", arguments: ["text/plain", "multipart/form-data", ""])
    func contentType(type: String) {
        for parsed in [
            endpoint.token(request("x", type: type), from: "a"),
            endpoint.introspection(request("x", type: type), from: "a"),
            endpoint.revocation(request("x", type: type), from: "a"),
            endpoint.completion(request("x", type: type), of: "t", from: "a"),
        ] {
            guard case .answered(let response) = parsed else {
                Issue.record("it was read")
                continue
            }
            #expect(response.status == 415)
        }
    }
}
