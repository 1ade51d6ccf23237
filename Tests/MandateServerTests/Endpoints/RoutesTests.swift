import MandateCore
import MandateTesting
import Testing

@testable import MandateServer

@Suite("The public paths")
struct RoutesTests {
    private let routes: Routes

    init() throws {
        routes = Routes(metadata: MetadataEndpoint(issuer: try #require(Issuer("https://tokens.example"))))
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method, path: path, query: nil, contentType: nil, authorization: nil, ifNoneMatch: nil,
            idempotencyKey: nil, traceparent: nil, body: [], keepsAlive: true)
    }

    /// What is asked, in a word, or the status of an answer that needs nobody.
    private func asked(_ method: String, _ path: String) -> String {
        switch routes.asked(by: request(method, path)) {
        case .token: "token"
        case .introspection: "introspection"
        case .revocation: "revocation"
        case .completion(_, let task): "completion of \(task)"
        case .chain(_, let hash): "chain \(hash)"
        case .keys: "keys"
        case .revocations: "revocations"
        case .readiness: "readiness"
        case .answered(let response):
            "\(response.status)" + response.fields.filter { $0.name == "Allow" }.map { " \($0.value)" }.joined()
        }
    }

    @Test(
        "lead where they should, by the methods they are for",
        arguments: [
            ("POST", "/oauth/introspect", "introspection"), ("GET", "/oauth/introspect", "405 POST"),
            ("POST", "/oauth/revoke", "revocation"), ("DELETE", "/oauth/revoke", "405 POST"),
            ("POST", "/oauth/tasks/INC-1/complete", "completion of INC-1"),
            ("GET", "/oauth/tasks/INC-1/complete", "405 POST"),
            ("GET", "/delegations/sha256:ab", "chain sha256:ab"), ("HEAD", "/delegations/x", "chain x"),
            ("POST", "/delegations/x", "405 GET, HEAD"), ("GET", "/revocations", "revocations"),
            ("HEAD", "/revocations", "revocations"), ("POST", "/revocations", "405 GET, HEAD"),
            ("POST", "/oauth/token", "token"), ("GET", "/oauth/authorize", "400"),
        ])
    func routes(method: String, path: String, expected: String) {
        #expect(asked(method, path) == expected)
    }

    @Test("take a task or a hash as one segment, percent-decoded once")
    func segments() {
        #expect(asked("POST", "/oauth/tasks/a%2Fb/complete") == "completion of a/b")
        #expect(asked("POST", "/oauth/tasks/a%252Fb/complete") == "completion of a%2Fb")
        #expect(asked("POST", "/oauth/tasks/a%2Bb/complete") == "completion of a+b")
        #expect(asked("GET", "/delegations/sha256%3Aab") == "chain sha256:ab")
    }

    @Test(
        "are these and no others",
        arguments: [
            "/oauth/tasks//complete", "/oauth/tasks/complete", "/oauth/tasks/a/b/complete", "/oauth/tasks/a/complete/",
            "/oauth/tasks/a/cancel", "/oauth/tasks/a", "/oauth/tasks/%/complete", "/oauth/tasks/%zz/complete",
            "/oauth/tasks/%FF/complete", "/oauth/tasks/a+b/complete", "/delegations", "/delegations/",
            "/delegations/a/b",
            "/delegations/%C3", "/revocations/", "/Revocations", "/oauth/introspect/", "/oauth//revoke",
            "//revocations",
            "/tasks/a/complete", "/v1/agents", "/check/x/../y",
        ])
    func unknown(path: String) {
        #expect(asked("POST", path) == "404" && asked("GET", path) == "404")
    }
}
