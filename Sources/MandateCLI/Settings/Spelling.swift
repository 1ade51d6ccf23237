/// Finds what somebody meant to write.
enum Spelling {
    /// The known word with the fewest edits to `word`, when they are few.
    static func nearest(to word: String, in known: [String]) -> String? {
        let word = Array(word.lowercased().utf8.prefix(64))
        let ranked = known.map { candidate in (candidate, distance(word, Array(candidate.utf8))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.count / 3) else { return nil }
        return best.0
    }

    /// Levenshtein's distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
