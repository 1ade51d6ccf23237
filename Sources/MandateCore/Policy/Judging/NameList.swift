/// The names that a policy lists under one condition. Few are looked through, which is quicker than looking them up.
struct NameList<Name: Identifier>: Sendable {
    private let few: [Name]
    private let many: Set<Name>

    private static var mostToLookThrough: Int { 4 }

    init(_ names: Set<Name>) {
        few = names.count <= Self.mostToLookThrough ? names.sorted() : []
        many = names.count <= Self.mostToLookThrough ? [] : names
    }

    func contains(_ name: Name) -> Bool { few.contains(name) || !many.isEmpty && many.contains(name) }

    /// What has no name is in no list.
    func contains(_ name: Name?) -> Bool { name.map { contains($0) } ?? false }
}
