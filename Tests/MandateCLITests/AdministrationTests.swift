import MandateCore
import Testing

@testable import MandateCLI

@Suite("Administration")
struct AdministrationTests {
    /// Answers what the test wrote down for a method and a target, and 404 to everything else.
    private struct Script: AdministrationTransport {
        let answers: [String: (status: Int, body: String)]

        func send(_ call: AdministrationCall) async throws -> AdministrationAnswer {
            let answer = answers["\(call.method) \(call.target)"] ?? (404, #"{"title":"not found","status":404}"#)
            return try AdministrationAnswer(status: answer.status, raw: Array(answer.body.utf8))
        }
    }

    @Test("reads a list to its last page, with names encoded")
    func pages() async throws {
        let server = Administration(
            Script(answers: [
                "GET /v1/agents?team=a%26b%2Fc": (200, #"{"items":[1,2],"next":"b c"}"#),
                "GET /v1/agents?team=a%26b%2Fc&after=b%20c": (200, #"{"items":[3],"next":null}"#),
            ]))
        #expect(try await server.items("agents", query: [(name: "team", value: "a&b/c")]) == [1, 2, 3])
    }

    @Test("does not follow a cursor that stands still")
    func standingCursor() async {
        let page = (200, #"{"items":[],"next":"a"}"#)
        let server = Administration(Script(answers: ["GET /v1/agents": page, "GET /v1/agents?after=a": page]))
        await #expect(throws: Administration.unreadable) { try await server.items("agents") }
    }

    @Test("keeps what names a record inside its segment of the path")
    func segments() async throws {
        let path = "GET /v1/audiences/https%3A%2F%2Fa.example%2F..%2Fb"
        let server = Administration(Script(answers: [path: (200, "{}")]))
        #expect(try await server.get("audiences", "https://a.example/../b").status == 200)
    }

    @Test("replaces a record, or changes members of it")
    func records() async throws {
        let server = Administration(
            Script(answers: ["PUT /v1/agents/a%2Fb": (201, #"{"n":1}"#), "PATCH /v1/agents/a": (200, #"{"n":2}"#)]))
        #expect(try await server.put("agents", "a/b", body: [:]).body == ["n": 1])
        #expect(try await server.patch("agents", "a", body: [:]).body == ["n": 2])
        await #expect(throws: Refused.self) { try await server.patch("agents", "b", body: [:]) }
    }

    @Test("tells which keys sign, or that none does")
    func status() {
        let plain = Terminal(isInteractive: false, hasColour: false)
        #expect(StatusCommand.lines([JSONMember(name: "ES256", value: "k")], plain) == ["ES256: k signs"])
        #expect(StatusCommand.lines([], plain) == ["no key signs: run mandate keys rotate"])
    }

    @Test("passes on what was refused as one sentence, harmless to a terminal")
    func refusals() async {
        let problem = #"{"title":"bad","status":400,"detail":"must be a \u001b[1mlist","field":"agents[0].grants"}"#
        let server = Administration(Script(answers: ["POST /v1/registry?prune=true": (400, problem)]))
        let outcome: Outcome
        do {
            _ = try await server.post("registry", query: [(name: "prune", value: "true")])
            outcome = Outcome(CommandFailure("was accepted"))
        } catch {
            outcome = Outcome(error)
        }
        #expect(outcome.status == 1)
        #expect(outcome.message == "mandate: agents[0].grants: must be a \\u{1b}[1mlist")
    }

    @Test("is not believed when it does not answer JSON", arguments: ["<html>", "{\"a\":1,\"a\":2}", "{}x"])
    func notJSON(body: String) async {
        let server = Administration(Script(answers: ["GET /v1/keys": (200, body)]))
        await #expect(throws: CommandFailure.self) { try await server.get("keys") }
    }

    @Test("prints its plan a line a change")
    func plan() {
        let plain = Terminal(isInteractive: false, hasColour: false)
        let change: JSONValue = [
            "action": "change", "kind": "agent_type", "id": "reader", "fields": ["capabilities", "status"],
        ]
        #expect(Apply.line(change, plain) == "~ agent type reader: capabilities, status")
        #expect(Apply.line(["action": "add", "kind": "agent", "id": "x", "fields": []], plain) == "+ agent x")
        #expect(Apply.line(["action": "remove", "kind": "audience", "id": "y"], plain) == "- audience y")
    }
}
