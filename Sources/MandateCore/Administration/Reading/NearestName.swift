/// Finds the name somebody meant.
public enum NearestName {
    /// `; did you mean "x"?`, or nothing when no known name is near.
    static func hint(for name: String, among known: [String]) -> String {
        guard let nearest = nearest(to: name, among: known) else { return "" }
        return "; did you mean \"\(nearest)\"?"
    }

    /// The known name with the fewest edits from `name`, when those are few for its length.
    public static func nearest(to name: String, among known: [String]) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let ranked = known.map { (name: $0, edits: edits(from: Array(name.utf8), to: Array($0.utf8))) }
        guard let best = ranked.min(by: { $0.edits < $1.edits }), best.edits <= max(2, best.name.utf8.count / 3)
        else { return nil }
        return best.name
    }

    /// Levenshtein distance.
    private static func edits(from left: [UInt8], to right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var next = [index + 1]
            for (column, other) in right.enumerated() {
                let replaced = row[column] + (byte == other ? 0 : 1)
                next.append(min(replaced, row[column + 1] + 1, next[column] + 1))
            }
            row = next
        }
        return row[right.count]
    }
}
