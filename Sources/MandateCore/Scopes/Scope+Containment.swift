extension Scope {
    /// Whether holding this scope is enough to be given `other`.
    ///
    /// Sound, and complete for single patterns: true exactly when every concrete scope that `other` matches is matched
    /// by this one too.
    public func covers(_ other: Scope) -> Bool {
        let open = endsOpen
        if open {
            guard other.segmentCount >= segmentCount else { return false }
        } else {
            guard other.segmentCount == segmentCount, !other.endsOpen else { return false }
        }
        for index in 0..<(open ? segmentCount - 1 : segmentCount) {
            if !Self.glob(bytes, segment(index), covers: other.bytes, other.segment(index)) { return false }
        }
        return true
    }

    /// Whether some concrete scope is matched by both.
    public func overlaps(_ other: Scope) -> Bool {
        let (mine, theirs) = (endsOpen, other.endsOpen)
        let shared: Int
        switch (mine, theirs) {
        case (false, false):
            guard segmentCount == other.segmentCount else { return false }
            shared = segmentCount
        case (true, false):
            guard other.segmentCount >= segmentCount else { return false }
            shared = segmentCount - 1
        case (false, true):
            guard segmentCount >= other.segmentCount else { return false }
            shared = other.segmentCount - 1
        case (true, true):
            shared = min(segmentCount, other.segmentCount) - 1
        }
        return (0..<shared).allSatisfy { index in
            Self.mayOverlap(bytes, segment(index), other.bytes, other.segment(index))
                && Self.glob(bytes[segment(index)], overlaps: other.bytes[other.segment(index)])
        }
    }

    /// The glob `held[pattern]` matches the text `asked[text]`, in which `*` is a symbol that only a `*` can match.
    private static func glob(
        _ held: [UInt8], _ pattern: Range<Int>, covers asked: [UInt8], _ text: Range<Int>
    ) -> Bool {
        var (position, index) = (pattern.lowerBound, text.lowerBound)
        var retry: (position: Int, index: Int)?
        while index < text.upperBound {
            if position < pattern.upperBound, held[position] == star {
                position += 1
                retry = (position, index)
            } else if position < pattern.upperBound, held[position] == asked[index], asked[index] != star {
                position += 1
                index += 1
            } else if let last = retry {
                retry = (last.position, last.index + 1)
                (position, index) = (last.position, last.index + 1)
            } else {
                return false
            }
        }
        while position < pattern.upperBound, held[position] == star { position += 1 }
        return position == pattern.upperBound
    }

    /// False when two globs differ before the first `*` of either, as most do: then no text matches both.
    private static func mayOverlap(_ left: [UInt8], _ rows: Range<Int>, _ right: [UInt8], _ columns: Range<Int>) -> Bool
    {
        for (row, column) in zip(rows, columns) {
            if left[row] == star || right[column] == star { return true }
            if left[row] != right[column] { return false }
        }
        return true
    }

    /// Whether two globs match a common text: reachability over pairs of positions, at most 256 × 256.
    private static func glob(_ left: ArraySlice<UInt8>, overlaps right: ArraySlice<UInt8>) -> Bool {
        let (rows, columns) = (Array(left), Array(right))
        var reachable = [Bool](repeating: false, count: columns.count + 1)
        reachable[0] = true
        for row in 0..<rows.count {
            var next = [Bool](repeating: false, count: columns.count + 1)
            for column in 0...columns.count where reachable[column] {
                let leftStar = rows[row] == star
                if leftStar { next[column] = true }
                guard column < columns.count else { continue }
                let rightStar = columns[column] == star
                if rightStar { next[column] = true }
                if leftStar || rightStar { reachable[column + 1] = true }
                if !leftStar, !rightStar, rows[row] == columns[column] { next[column + 1] = true }
            }
            reachable = next
        }
        guard let reached = reachable.lastIndex(of: true) else { return false }
        return columns[reached...].allSatisfy { $0 == star }
    }
}
