import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("The admin API of tasks, delegations and principals")
struct DelegationAPITests {
    let desk: Desk
    private let cut: JSONValue = ["latest_exp": "2027-01-15T08:15:00.000Z", "links": 2, "tokens": 4]

    init() async throws {
        desk = try await Desk()
        let live = Cut(tokens: 4, links: 2, latestExpiry: Instant(seconds: 1_800_000_900))
        desk.registry.arrange { $0.cuts = ["a/b": live, "1": live, "alice@company.com": live] }
    }

    @Test("opens a task once, shows it with its tree, and ends it for ever")
    func task() async throws {
        let created = try await desk.ask("POST", "/v1/tasks", #"{"id":"a/b","purpose":"to see"}"#)
        #expect(created.status == 201 && created.headers["Location"] == "/v1/tasks/a%2Fb")
        #expect(try await desk.ask("POST", "/v1/tasks", #"{"id":"a/b"}"#).status == 409)
        #expect(try await desk.ask("POST", "/v1/tasks", #"{"id":"x","deadline":"2020-01-01T00:00:00Z"}"#).status == 400)
        desk.registry.arrange { $0.delegations = [.made(1, by: "alice", to: "planner", task: "a/b")] }
        let shown = try await desk.ask("GET", "/v1/tasks/a%2Fb")
        #expect(shown.json["links"]?.array?.first?["delegate"] == "planner")
        let members = [
            "created_at", "created_by", "deadline", "ended_at", "ended_by", "holder", "id", "links", "principal",
            "purpose", "status",
        ]
        #expect(shown.json.members?.map(\.name) == members)
        let ended = try await desk.ask("POST", "/v1/tasks/a%2Fb/complete", #"{"reason":"done"}"#)
        #expect(ended.status == 200 && ended.json == cut)
        let again = try await desk.ask("POST", "/v1/tasks/a%2Fb/cancel")
        #expect(again.status == 200 && again.json == ["latest_exp": .null, "links": 0, "tokens": 0])
        #expect(try await desk.ask("GET", "/v1/tasks/a%2Fb").json["status"] == "completed")
        #expect(try await desk.ask("POST", "/v1/tasks", #"{"id":"a/b"}"#).status == 409)
        #expect(try await desk.ask("POST", "/v1/tasks/nobody/complete").status == 404)
        #expect(try await desk.ask("GET", "/v1/tasks/nobody").status == 404)
    }

    @Test("lists tasks in pages")
    func tasks() async throws {
        for id in ["a", "b", "c"] { _ = try await desk.ask("POST", "/v1/tasks", #"{"id":"\#(id)"}"#) }
        _ = try await desk.ask("POST", "/v1/tasks/b/cancel")
        let first = try await desk.ask("GET", "/v1/tasks?limit=2")
        #expect(first.ids == ["a", "b"])
        #expect(try await desk.ask("GET", "/v1/tasks?after=\(first.next)&limit=2").ids == ["c"])
        #expect(try await desk.ask("GET", "/v1/tasks?status=cancelled").ids == ["b"])
        #expect(try await desk.ask("GET", "/v1/tasks?status=closed").status == 400)
    }

    @Test("shows a chain byte for byte, and revokes it")
    func delegation() async throws {
        let link = LinkEntry.made(1, by: "alice", to: "agent-own", expiry: Instant(seconds: 1_800_003_600))
        desk.registry.arrange { $0.delegations = [link] }
        let hash = link.link.hash.text
        let response = await desk.api.respond(
            to: AdminRequest(method: "GET", path: "/v1/delegations/\(hash)", operatorName: "op"))
        let expected =
            Array(#"{"delegation_chain_hash":"\#(hash)","links":["#.utf8) + link.link.document
            + Array(#"],"status":"live"}"#.utf8)
        #expect(response.status == 200 && response.body == expected)
        let encoded = hash.replacing(":", with: "%3A")
        #expect(try await desk.ask("POST", "/v1/delegations/\(encoded)/revoke").json == cut)
        #expect(try await desk.ask("GET", "/v1/delegations/sha256:12").status == 404)
        let unknown = "sha256:" + String(repeating: "7", count: 64)
        #expect(try await desk.ask("GET", "/v1/delegations/\(unknown)").status == 404)
        #expect(try await desk.ask("POST", "/v1/delegations/\(unknown)/revoke").status == 404)
    }

    @Test("revokes a token by its jti, when it may have been issued")
    func token() async throws {
        let now = Instant(seconds: 1_800_000_000)
        let token = try #require(UUIDv7(at: now, random: [UInt8](repeating: 3, count: 10))).text
        let answer = try await desk.ask("POST", "/v1/tokens/\(token)/revoke", #"{"reason":"in a log"}"#)
        #expect(answer.json == ["latest_exp": "2027-01-15T08:15:00.000Z", "links": 0, "tokens": 1])
        let later = try #require(UUIDv7(at: now.advanced(bySeconds: 1), random: [UInt8](repeating: 3, count: 10))).text
        #expect(try await desk.ask("POST", "/v1/tokens/\(later)/revoke").status == 404)
        #expect(try await desk.ask("POST", "/v1/tokens/nonsense/revoke").status == 404)
        #expect(try await desk.ask("GET", "/v1/tokens/\(token)/revoke").status == 405)
    }

    @Test("revokes a principal and takes it back")
    func principal() async throws {
        let path = "/v1/principals/alice%40company.com"
        let active: JSONValue = ["id": "alice@company.com", "status": "active", "revoked_at": .null]
        #expect(try await desk.ask("GET", path).json.canonical == active.canonical)
        #expect(try await desk.ask("POST", path + "/revoke").json == cut)
        let shown = try await desk.ask("GET", path).json
        #expect(shown["status"] == "revoked" && shown["revoked_at"] == "2027-01-15T08:00:00.000Z")
        #expect(try await desk.ask("POST", path + "/reinstate", #"{"reason":"back"}"#).status == 200)
        #expect(try await desk.ask("GET", path).json.canonical == active.canonical)
        #expect(try await desk.ask("GET", "/v1/principals/a%20b").status == 404)
    }
}
