import MandateCore
import MandateTesting
import Testing

@testable import MandateAdmin

@Suite("A cursor")
struct CursorTests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    @Test("goes on with any limit, in the list and with the filters it was given for")
    func goesOn() async throws {
        let next = try await desk.ask("GET", "/v1/agents?limit=1&owner=alice%40company.com").next
        #expect(!next.isEmpty)
        let page = try await desk.ask("GET", "/v1/agents?owner=alice%40company.com&limit=7&after=\(next)")
        #expect(page.status == 200 && page.ids == ["agent-own"])
    }

    @Test(
        "is good for no other list and with no other filters",
        arguments: [
            "/v1/agents?", "/v1/agents?owner=bob&", "/v1/agents?owner=alice%40company.com&team=x&", "/v1/tasks?",
        ])
    func isBound(target: String) async throws {
        let next = try await desk.ask("GET", "/v1/agents?limit=1&owner=alice%40company.com").next
        let answer = try await desk.ask("GET", "\(target)after=\(next)")
        #expect(answer.status == 400 && answer.json["field"] == "after")
    }

    @Test("is not made, changed, cut or padded by anybody else")
    func isSealed() async throws {
        let next = try await desk.ask("GET", "/v1/agents?limit=1").next
        let bytes = try #require(Base64URL.decode(Array(next.utf8)))
        var forged = [
            "agent-inherits", "", "A", Base64URL.text(of: Array("agent-inherits".utf8)), next + "A", next + "=",
            " " + next,
            Base64URL.text(of: [UInt8](repeating: 0, count: 32)), String(repeating: "A", count: 100_000),
        ]
        forged += (1...next.utf8.count).map { String(next.dropLast($0)) }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            forged.append(Base64URL.text(of: changed))
        }
        for text in forged {
            let answer = try await desk.ask(
                "GET", "/v1/agents?after=\(text.replacing("=", with: "%3D").replacing(" ", with: "%20"))")
            #expect(answer.status == 400 && answer.json["field"] == "after", "\(text.prefix(80))")
        }
    }

    @Test("opens with the key it was sealed with, and with no other")
    func hasAKey() throws {
        let one = Cursor(list: ["/v1/agents"], key: [1], digests: FakeDigests())
        let other = Cursor(list: ["/v1/agents"], key: [2], digests: FakeDigests())
        #expect(try one.open(one.seal("ä")) == "ä")
        #expect(throws: Problem.self) { try other.open(one.seal("ä")) }
        #expect(throws: Problem.self) {
            try Cursor(list: ["/v1/agents", ""], key: [1], digests: FakeDigests()).open(one.seal("ä"))
        }
    }
}
