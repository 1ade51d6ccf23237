/// The names that a policy lists under one condition. Few are looked through, which is quicker than looking them up. A class,
/// so that it is passed along as one word.
final class NameList<Name: Identifier>: Sendable {
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

/// Some words of an enumeration of at most 64: one bit each.
struct OneOf<Word: CaseIterable & Hashable & Sendable>: Hashable, Sendable {
    private var bits: UInt64 = 0

    init(_ words: some Sequence<Word>) {
        for word in words { insert(word) }
    }

    mutating func formUnion(_ other: OneOf) { bits |= other.bits }
    mutating func insert(_ word: Word) { bits |= Self.bit(of: word) }
    func contains(_ word: Word) -> Bool { bits & Self.bit(of: word) != 0 }
    func overlaps(_ other: OneOf) -> Bool { bits & other.bits != 0 }

    /// In the order in which they are defined.
    var words: [Word] { Word.allCases.filter(contains) }

    private static func bit(of word: Word) -> UInt64 {
        var bit: UInt64 = 1
        for known in Word.allCases {
            if known == word { return bit }
            bit <<= 1
        }
        return 0
    }
}
