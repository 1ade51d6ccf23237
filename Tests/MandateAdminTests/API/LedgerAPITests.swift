import MandateAdmin
import MandateCore
import MandateTesting
import Testing

@Suite("The ledger over the admin API")
struct LedgerAPITests {
    private let desk: Desk

    init() async throws { desk = try await Desk() }

    private func raw(_ target: String) async throws -> AdminResponse {
        let request = AdminRequest(method: "GET", target: target, operatorName: "op")
        return await desk.api.respond(to: try #require(request))
    }

    @Test("is filtered by kind of event")
    func filters() async throws {
        let all = try await desk.ask("GET", "/v1/ledger?event=agent.*").json["items"]?.array ?? []
        #expect(!all.isEmpty && all.allSatisfy { $0["event"]?.string?.hasPrefix("agent.") == true })
        let none = try await desk.ask("GET", "/v1/ledger?event=agent.*&agent=nobody")
        #expect(none.json == ["items": [], "next": .null])
    }

    @Test(
        "names the parameter that is wrong",
        arguments: [
            ("agent=a%20b", "agent"), ("agent=", "agent"), ("task=%0A", "task"), ("chain=sha256:00", "chain"),
            ("principal=a%20b", "principal"), ("event=Token", "event"), ("event=*", "event"), ("since=today", "since"),
            ("since=2026-01-31", "since"), ("format=xml", "format"), ("after=-1", "after"), ("limit=0", "limit"),
            ("latest=5&after=1", "latest"), ("agent=a&agent=b", "agent"),
        ])
    func names(query: String, field: String) async throws {
        let answer = try await desk.ask("GET", "/v1/ledger?\(query)")
        #expect(answer.status == 400)
        #expect(answer.json["field"] == .string(field))
    }

    @Test("is lines in other formats, with a link to the next page", arguments: [LedgerFormat.cef, .leef])
    func lines(format: LedgerFormat) async throws {
        let response = try await raw("/v1/ledger?format=\(format.rawValue)&limit=1&event=agent.*")
        #expect(response.contentType == "text/plain; charset=utf-8")
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
        #expect(text.hasPrefix("\(format.rawValue.uppercased()):"))
        let link = try #require(response.headers.first { $0.name == "Link" }?.value)
        let target = try #require(link.split(separator: ">").first).dropFirst()
        #expect(link.hasSuffix(">; rel=\"next\""))
        let next = try await raw(String(target))
        #expect(next.status == 200 && next.body != response.body)
        #expect(
            try await raw("/v1/ledger?format=\(format.rawValue)&limit=1000").headers.allSatisfy { $0.name != "Link" })
    }
}
