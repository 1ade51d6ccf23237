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
        // Mostly they begin differently, or one stands for all of the other; the rest costs more.
        if differs(from: other) { return false }
        if covers(other) || other.covers(self) { return true }
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
                && Self.glob(bytes, segment(index), overlaps: other.bytes, other.segment(index))
        }
    }

    /// Whether the two differ before the first `*` of either: then nothing matches both.
    private func differs(from other: Scope) -> Bool {
        let (left, right) = (bytes, other.bytes)
        var index = 0
        while index < left.count, index < right.count {
            let (mine, theirs) = (left[index], right[index])
            if mine == Self.star || theirs == Self.star { return false }
            if mine != theirs { return true }
            index += 1
        }
        return left.count != right.count && (index < left.count ? left[index] : right[index]) != Self.star
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

    /// Whether some text matches both globs. With a `*` in one of them only, the other is that text.
    private static func glob(
        _ left: [UInt8], _ leftRange: Range<Int>, overlaps right: [UInt8], _ rightRange: Range<Int>
    ) -> Bool {
        switch (holdsStar(left, leftRange), holdsStar(right, rightRange)) {
        case (_, false): glob(left, leftRange, covers: right, rightRange)
        case (false, true): glob(right, rightRange, covers: left, leftRange)
        case (true, true): glob(left[leftRange], overlaps: right[rightRange])
        }
    }

    private static func holdsStar(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        for index in range where bytes[index] == star { return true }
        return false
    }

    /// Whether two globs match a common text. The positions of `right` that some text of what was read of `left` leads
    /// to are the bits of one number, so that each byte of `left` is a few operations: anybody may ask for any pattern.
    private static func glob(_ left: ArraySlice<UInt8>, overlaps right: ArraySlice<UInt8>) -> Bool {
        var literals = [Positions](repeating: Positions(), count: 128)
        var stars = Positions()
        for (position, byte) in right.enumerated() {
            if byte == star { stars.insert(position) } else { literals[Int(byte & 0x7F)].insert(position) }
        }
        var reached = Positions()
        reached.insert(0)
        reached.skip(stars)
        for byte in left {
            if byte == star { reached.fillUp() } else { reached.read(literals[Int(byte & 0x7F)], stars) }
            reached.skip(stars)
        }
        return reached.contains(right.count)
    }
}

/// Positions in a segment, which has at most 255 of them: one bit each.
private struct Positions {
    private var low: UInt128 = 0
    private var high: UInt128 = 0

    mutating func insert(_ position: Int) {
        if position < 128 { low |= 1 << UInt128(position) } else { high |= 1 << UInt128(position & 127) }
    }

    func contains(_ position: Int) -> Bool {
        (position < 128 ? low >> UInt128(position) : high >> UInt128(position & 127)) & 1 == 1
    }

    /// Reads one byte: a position with the same byte is passed, one with a star stays.
    mutating func read(_ same: Positions, _ stars: Positions) {
        let (passedLow, passedHigh) = (low & same.low, high & same.high)
        low = low & stars.low | passedLow << 1
        high = high & stars.high | passedHigh << 1 | passedLow >> 127
    }

    /// A star may stand for nothing. There are no two in a row.
    mutating func skip(_ stars: Positions) {
        let (passedLow, passedHigh) = (low & stars.low, high & stars.high)
        low |= passedLow << 1
        high |= passedHigh << 1 | passedLow >> 127
    }

    /// Reads anything: from the lowest position on, every one.
    mutating func fillUp() {
        if low != 0 {
            low = .max << UInt128(low.trailingZeroBitCount)
            high = .max
        } else if high != 0 {
            high = .max << UInt128(high.trailingZeroBitCount)
        }
    }
}
