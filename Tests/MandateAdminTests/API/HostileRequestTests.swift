import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("A request that the admin API does not carry out")
struct HostileRequestTests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    struct Attempt: Sendable, CustomTestStringConvertible {
        let method: String
        let target: String
        let body: String
        let status: Int
        let field: String?

        init(_ method: String, _ target: String, _ status: Int, _ field: String? = nil) {
            self.init(method, target, "", status, field)
        }

        init(_ method: String, _ target: String, _ body: String, _ status: Int, _ field: String? = nil) {
            self.method = method
            self.target = target
            self.body = body
            self.status = status
            self.field = field
        }

        var testDescription: String { "\(method) \(target) \(body.prefix(60))" }
    }

    @Test(
        "is told why in a problem document, and changes nothing",
        arguments: [
            Attempt("GET", "/", 404), Attempt("GET", "/v1", 404), Attempt("GET", "/v1/agents/", 404),
            Attempt("GET", "/v1//agents", 404), Attempt("GET", "//v1/agents", 404), Attempt("GET", "/V1/agents", 404),
            Attempt("GET", "v1/agents", 400), Attempt("GET", "/v1/agents/%", 400),
            Attempt("GET", "/v1/agents/%ff", 400), Attempt("GET", "/v1/agents/%2e%2e%2fkeys", 404, "id"),
            Attempt("GET", "/v1/agents/a%00b", 404, "id"), Attempt("GET", "/v1/agents/nobody", 404),
            Attempt("DELETE", "/v1/agents/agent-own", 405), Attempt("TRACE", "/v1/keys", 405),
            Attempt("GET", "/v1/agents/agent-own/secrets", 405), Attempt("get", "/v1/agents", 405),
            Attempt("GET", "/v1/agents?limit=0", 400, "limit"), Attempt("GET", "/v1/agents?limit=1001", 400, "limit"),
            Attempt("GET", "/v1/agents?limit=+1", 400, "limit"),
            Attempt("GET", "/v1/agents?limit=1&limit=2", 400, "limit"),
            Attempt("GET", "/v1/agents?nonsense=1", 400), Attempt("GET", "/v1/agents?status=dead", 400, "status"),
            Attempt("GET", "/v1/agents?after=%2F", 400, "after"), Attempt("GET", "/v1/ledger?after=-1", 400, "after"),
            Attempt("GET", "/v1/ledger?after=99999999999999999999", 400, "after"),
            Attempt("GET", "/v1/ledger?latest=1&after=1", 400, "latest"),
            Attempt("POST", "/v1/registry?prune=yes", "{}", 400, "prune"),
            Attempt("POST", "/v1/agents", "", 400), Attempt("POST", "/v1/agents", "{", 400),
            Attempt("POST", "/v1/agents", #"{"id":"a","id":"b"}"#, 400), Attempt("POST", "/v1/agents", "{},", 400),
            Attempt("POST", "/v1/agents", String(repeating: "[", count: 10_000), 400),
            Attempt("POST", "/v1/agents", #"{"id":"x","type":"inventory-reader"}"#, 400, "owner"),
            Attempt("POST", "/v1/agents", #"{"id":1,"type":"inventory-reader","owner":"o"}"#, 400, "id"),
            Attempt("PUT", "/v1/agents/a", #"{"id":"b","type":"inventory-reader","owner":"o"}"#, 400, "id"),
            Attempt("PUT", "/v1/agents/agent-own", #"{"type":"inventory-reader","owner":"agent-own"}"#, 409, "id"),
            Attempt("PATCH", "/v1/agents/agent-own", #"{"owner":null}"#, 400, "owner"),
            Attempt("PATCH", "/v1/agents/agent-own", #"{"id":"other"}"#, 400, "id"),
            Attempt("PATCH", "/v1/agents/agent-own", "[]", 400), Attempt("PATCH", "/v1/agents/nobody", "{}", 404),
            Attempt(
                "PATCH", "/v1/agents/agent-own", #"{"capabilities":{"cloud-inventory-api":["ec2:*"]}}"#, 400,
                "capabilities.cloud-inventory-api"),
            Attempt("PATCH", "/v1/agents/agent-own", #"{"credentials":[]}"#, 400, "credentials"),
            Attempt("POST", "/v1/agents/agent-own/suspend", #"{"reason":1}"#, 400, "reason"),
            Attempt("POST", "/v1/agents/agent-own/suspend", #"{"reason":"a\nb"}"#, 400, "reason"),
            Attempt("POST", "/v1/agents/agent-own/suspend", #"{"raeson":"x"}"#, 400, "raeson"),
            Attempt("POST", "/v1/agents/agent-own/suspend", #""now""#, 400),
            Attempt("DELETE", "/v1/agents/agent-own/secrets/0", 404, "n"),
            Attempt("DELETE", "/v1/agents/agent-own/secrets/x", 404, "n"),
            Attempt("POST", "/v1/registry", #"{"policies":[1]}"#, 400, "policies[0]"),
            Attempt("PUT", "/v1/policies", "{}", 400, "policies"),
            Attempt("PUT", "/v1/policies", #"{"policies":[],"items":[]}"#, 400, "items"),
            Attempt("PUT", "/v1/policies", #"{"items":[],"next":"x"}"#, 400, "next"),
            Attempt("PUT", "/v1/policies", #"{"items":[],"digest":"sha256:00"}"#, 409, "digest"),
            Attempt("PUT", "/v1/policies", #"{"items":[],"digest":null,"version":-1}"#, 400, "version"),
            Attempt("GET", "/v1/policies?version=1", 404, "version"),
            Attempt("GET", "/v1/policies?version=x", 400, "version"),
            Attempt("GET", "/v1/policies?limit=1", 400),
            Attempt("GET", "/v1/policies/versions?after=1", 400, "after"),
            Attempt("PUT", "/v1/agent-types/x", #"{"capabilities":{"nowhere":["x"]}}"#, 400, "capabilities.nowhere"),
            Attempt("PUT", "/v1/audiences/x", "{}", 400, "scopes"),
        ])
    func refuses(attempt: Attempt) async throws {
        let commits = desk.registry.state.commits
        let path = attempt.target.split(separator: "?", maxSplits: 1).first.map(String.init) ?? ""
        let request =
            AdminRequest(
                method: attempt.method, target: attempt.target, body: Array(attempt.body.utf8), operatorName: "op")
            ?? AdminRequest(method: attempt.method, path: path, operatorName: "op")
        let answer = try await desk.answer(to: request)
        #expect(answer.status == attempt.status)
        #expect(answer.contentType == "application/problem+json")
        #expect(answer.json["type"] == "about:blank" && answer.json["status"] == .integer(Int64(attempt.status)))
        #expect(answer.json["field"]?.string == attempt.field)
        #expect(answer.json["detail"]?.string?.isEmpty == false)
        #expect(desk.registry.state.commits == commits)
        #expect(desk.registry.events == (try await Desk()).registry.events)
    }

    @Test("for its method is told which methods there are")
    func allow() async throws {
        #expect(try await desk.ask("DELETE", "/v1/agents").headers["Allow"] == "GET, HEAD, POST")
        #expect(try await desk.ask("POST", "/v1/agents/x").headers["Allow"] == "GET, HEAD, PATCH, PUT")
    }

    @Test("because its body is too large is told how large it may be")
    func tooLarge() async throws {
        let body = String(repeating: " ", count: 1 << 20) + "{}"
        #expect(try await desk.ask("POST", "/v1/agents", body).status == 413)
        #expect(try await desk.ask("POST", "/v1/registry", body).status == 200)
        guard case .accepted(let limit) = desk.api.preview(method: "POST", path: "/v1/registry", right: .everything)
        else { throw Problem(.invalid, "refused by its head") }
        #expect(limit == 16 << 20)
    }

    @Test("because the disk is full can be tried again")
    func unavailable() async throws {
        desk.registry.arrange { $0.isBroken = true }
        #expect(try await desk.ask("POST", "/v1/agents/agent-own/suspend").status == 503)
        desk.registry.arrange { $0.isBroken = false }
        #expect(try await desk.ask("GET", "/v1/agents/agent-own").json["status"] == "active")
    }
}
