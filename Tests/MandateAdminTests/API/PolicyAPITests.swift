import MandateCore
import MandateTesting
import Testing

@testable import MandateAdmin

@Suite("Policies over the admin API")
struct PolicyAPITests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    private static let two = #"{"policies":[{"id":"b","effect":"deny"},{"id":"a","effect":"allow","reason":"x"}]}"#

    @Test("are shown whole, as they can be sent")
    func shown() async throws {
        let empty = try await desk.ask("GET", "/v1/policies")
        #expect(empty.json["version"] == 0 && empty.json["items"] == [] && empty.json["changed_at"] == .null)
        let saved = try await desk.ask("PUT", "/v1/policies", Self.two)
        #expect(saved.status == 200 && saved.json["warnings"] == [])
        let digest = try PolicyDigest(
            of: [
                ["id": "a", "effect": "allow", "layer": "global", "reason": "x"],
                ["id": "b", "effect": "deny", "layer": "global"],
            ], hashing: FakeDigests())
        let shown = try await desk.ask("GET", "/v1/policies")
        #expect(
            shown.json == [
                "changed_at": "2027-01-15T08:00:00.000Z", "changed_by": "op", "digest": .string(digest.text),
                "items": [
                    ["effect": "allow", "id": "a", "layer": "global", "reason": "x"],
                    ["effect": "deny", "id": "b", "layer": "global"],
                ], "next": .null, "version": 1,
            ])
        let text = String(decoding: shown.json.canonical, as: UTF8.self)
        #expect(try await desk.ask("PUT", "/v1/policies", text).json["version"] == 1)
        #expect(try await desk.ask("PUT", "/v1/policies", #"{"policies":[]}"#).json["version"] == 2)
        #expect(try await desk.ask("PUT", "/v1/policies", text).status == 409)
        #expect(try await desk.ask("GET", "/v1/policies?version=1").json == shown.json)
        #expect(try await desk.ask("GET", "/v1/policies?version=0").json == empty.json)
    }

    @Test("have versions, newest first and in pages")
    func versions() async throws {
        _ = try await desk.ask("PUT", "/v1/policies", Self.two)
        _ = try await desk.ask("PUT", "/v1/policies", #"{"policies":[]}"#)
        let whole = try await desk.ask("GET", "/v1/policies/versions")
        #expect(whole.json["next"] == .null)
        #expect(whole.json["items"]?.array?.map { $0["version"] } == [2, 1, 0])
        #expect(whole.json["items"]?.array?.map { $0["policies"] } == [0, 2, 0])
        var (numbers, target): ([JSONValue?], String?) = ([], "/v1/policies/versions?limit=1")
        while let asked = target {
            let page = try await desk.ask("GET", asked)
            numbers += page.json["items"]?.array?.map { $0["version"] } ?? []
            target = page.next.isEmpty ? nil : "/v1/policies/versions?limit=1&after=\(page.next)"
        }
        #expect(numbers == [2, 1, 0])
    }
}
