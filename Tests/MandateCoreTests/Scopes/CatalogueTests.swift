import MandateCore
import MandateTesting
import Testing

@Suite("A catalogue")
struct CatalogueTests {
    private let catalogue: Catalogue

    init() throws {
        catalogue = try Catalogue.of([
            ("db:orders:*", .read), ("db:orders:write", .write), ("db:orders:pii:drop", .admin),
            ("db:carts:*", .delete),
        ])
    }

    @Test(
        "gives a pattern the worst class of what it overlaps",
        arguments: [
            ("db:orders:read", .read), ("db:orders:write", .write), ("db:orders:w*", .write), ("db:orders:*", .admin),
            ("db:orders:pii:*", .admin), ("db:orders:*:drop", .admin), ("db:orders:r*", .read), ("db:carts:x", .delete),
        ] as [(Scope, ScopeClass)])
    func classes(scope: Scope, expected: ScopeClass) {
        #expect(catalogue.scopeClass(of: scope) == expected)
    }

    @Test(
        "knows no scope that no entry covers, however much they overlap",
        arguments: ["db:*", "db:*:write", "db:orders", "db:users:read", "db:*:*", "DB:orders:read"] as [Scope])
    func unknown(scope: Scope) {
        #expect(catalogue.scopeClass(of: scope) == nil)
        #expect(catalogue.firstUnknown(of: "db:carts:a") == nil)
        #expect(ScopeSet(["db:carts:a", scope]).flatMap { catalogue.firstUnknown(of: $0) } == scope)
    }

    @Test("is never empty and names no scope twice, in whatever form")
    func values() throws {
        #expect(Catalogue([]) == nil)
        #expect(throws: NoCatalogue.self) { try Catalogue.of([("a:*", .read), ("a:**", .admin)]) }
    }

    @Test("ranks classes from read to admin")
    func ranks() {
        #expect(ScopeClass.allCases.reversed().sorted() == [.read, .write, .delete, .admin])
    }
}

private struct NoCatalogue: Error {}

extension Catalogue {
    fileprivate static func of(_ entries: [(Scope, ScopeClass)]) throws -> Catalogue {
        guard let catalogue = Catalogue(entries.map { Entry(name: $0, scopeClass: $1) }) else { throw NoCatalogue() }
        return catalogue
    }
}
