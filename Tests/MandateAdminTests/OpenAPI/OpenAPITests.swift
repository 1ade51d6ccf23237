import MandateCore
import Testing

@testable import MandateAdmin

@Suite("The description of the admin API")
struct OpenAPITests {
    @Test("says of every route what it answers and what its parameters are", arguments: Route.all.indices)
    func isWhole(index: Int) {
        let route = Route.all[index]
        #expect(route.answers.contains { (200..<300).contains($0.status) }, "\(route.method) \(route.template)")
        #expect(route.query.allSatisfy { $0.schema != nil }, "\(route.query.filter { $0.schema == nil }.map(\.name))")
        #expect(!route.summary.isEmpty)
    }

    @Test("has every method of every path, and nothing else")
    func isTrue() {
        let described = OpenAPI.document["paths"]?.members?.flatMap { path in
            (path.value.members ?? []).map { "\($0.name.uppercased()) \(path.name)" }
        }
        #expect(described?.sorted() == Route.all.map { "\($0.method) \($0.template)" }.sorted())
    }

    @Test("names every operation once, and only schemas that it has")
    func isSound() {
        let operations = Route.all.compactMap { route in
            OpenAPI.document["paths"]?[route.template]?[route.method.lowercased()]
        }
        let names = operations.compactMap { $0["operationId"]?.string }
        #expect(Set(names).count == Route.all.count && names.count == Route.all.count)
        let known = Set(Schema.named.map(\.key))
        #expect(known.count == Schema.named.count)
        var used = Schema.named.flatMap(\.value.references)
        for route in Route.all {
            used += route.allAnswers.compactMap(\.schema).flatMap(\.references) + (route.takes?.references ?? [])
            used += route.query.flatMap { $0.schema?.references ?? [] }
            used += route.variables.flatMap { Parameter.segment($0, of: route.template).references }
        }
        #expect(Set(used).subtracting(known) == [])
        #expect(known.subtracting(used) == [])
    }

    @Test("names the scope of each operation, and what needs no token")
    func scopes() {
        let paths = OpenAPI.document["paths"]
        #expect(paths?["/v1/keys/rotate"]?["post"]?["security"] == [["token": ["keys:rotate"]]])
        #expect(paths?["/openapi.json"]?["get"]?["security"] == [])
        #expect(Route.all.filter(\.isOpen).map(\.template) == ["/openapi.json"])
        #expect(Route.all.filter { $0.scope == nil }.map(\.template) == ["/openapi.json"])
    }

    @Test("is served")
    func isServed() async throws {
        #expect(
            try await Desk().ask("GET", "/openapi.json").json
                == JSONValue(strict: OpenAPI.document.canonical))
    }
}
