/// The names in an audience's catalogue, ready for many questions of what policies name.
struct CatalogueNames {
    /// Those without a `*`, in byte order.
    private let plain: [Scope]
    private let patterns: [Scope]
    let sensitivities: Set<Label>

    /// How many names are compared for the one that was meant.
    private static let candidates = 500

    init(_ catalogue: Catalogue) {
        let names = catalogue.entries.map(\.name)
        plain = names.filter { !$0.isPattern }
        patterns = names.filter { $0.isPattern }
        sensitivities = Set(catalogue.entries.compactMap(\.sensitivity))
    }

    /// Whether an entry overlaps `scope`.
    func meets(_ scope: Scope) -> Bool {
        if patterns.contains(where: { $0.overlaps(scope) }) { return true }
        let start = scope.bytes.prefix { $0 != Scope.star }
        var index = firstPlain(from: start)
        while index < plain.count, plain[index].bytes.starts(with: start) {
            if plain[index].overlaps(scope) { return true }
            index += 1
        }
        return false
    }

    /// Some names that somebody may have meant by `scope`: of another length none is near.
    func names(near scope: Scope) -> [String] {
        let length = scope.bytes.count
        let alike = (plain + patterns).filter { name in
            abs(name.bytes.count - length) <= max(2, name.bytes.count / 3)
        }
        return alike.prefix(Self.candidates).map(\.description)
    }

    /// The place of the first plain name that is not before `start`.
    private func firstPlain(from start: ArraySlice<UInt8>) -> Int {
        var (low, high) = (0, plain.count)
        while low < high {
            let middle = low + (high - low) / 2
            if plain[middle].bytes.lexicographicallyPrecedes(start) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
