/// Reads the parts of a TZif file in their order (RFC 9636 §3); every answer is nil when the bytes do not hold the part.
struct TZifReader {
    /// How a file is laid out; nothing but the width of times depends on it.
    enum Version: UInt8 {
        case one = 0
        case two = 0x32
        case three = 0x33
        case four = 0x34
    }

    /// What a data block holds how many of.
    struct Header {
        let version: Version
        let universalMarks: Int
        let standardMarks: Int
        let leapSeconds: Int
        let times: Int
        let types: Int
        let letters: Int
    }

    /// What a data block says.
    struct Block {
        let first: Int64
        let transitions: [TimeZoneRules.Transition]
    }

    /// Earlier than the universe (§3.2).
    private static let earliest: Int64 = -(1 << 59)
    /// Between -25 and 26 hours (§3.2).
    private static let offsets: ClosedRange<Int64> = -89_999...93_599

    private var rest: ArraySlice<UInt8>

    init(_ file: [UInt8]) { rest = file[...] }

    var isAtEnd: Bool { rest.isEmpty }

    /// 44 bytes (§3.1).
    mutating func header() -> Header? {
        guard let magic = take(4), magic.elementsEqual("TZif".utf8), let version = take(1)?.first.flatMap(Version.init),
            take(15) != nil, let universalMarks = count(), let standardMarks = count(), let leapSeconds = count(),
            let times = count(), let types = count(), let letters = count(),
            universalMarks == 0 || universalMarks == types, standardMarks == 0 || standardMarks == types
        else { return nil }
        return Header(
            version: version, universalMarks: universalMarks, standardMarks: standardMarks, leapSeconds: leapSeconds,
            times: times, types: types, letters: letters)
    }

    /// Passes over a data block without a look at it.
    mutating func skip(_ header: Header, bytesOfTime: Int) -> Bool {
        let times = header.times * (bytesOfTime + 1) + header.types * 6 + header.letters
        let marks = header.leapSeconds * (bytesOfTime + 4) + header.standardMarks + header.universalMarks
        return take(times + marks) != nil
    }

    /// A data block (§3.2).
    mutating func block(_ header: Header, bytesOfTime: Int) -> Block? {
        guard header.leapSeconds == 0, let times = take(header.times * bytesOfTime), let kinds = take(header.times),
            let types = take(header.types * 6), let letters = take(header.letters),
            let standardMarks = take(header.standardMarks), let universalMarks = take(header.universalMarks),
            Self.agree(standardMarks, universalMarks)
        else { return nil }
        var offsets: [Int64] = []
        for start in stride(from: types.startIndex, to: types.endIndex, by: 6) {
            guard let offset = Self.offset(types[start..<start + 6], letters) else { return nil }
            offsets.append(offset)
        }
        var transitions: [TimeZoneRules.Transition] = []
        for (index, kind) in kinds.enumerated() {
            let start = times.startIndex + index * bytesOfTime
            let seconds = Self.integer(times[start..<start + bytesOfTime])
            guard seconds >= Self.earliest, Int(kind) < offsets.count,
                transitions.last.map({ $0.seconds < seconds }) ?? true
            else { return nil }
            transitions.append(TimeZoneRules.Transition(seconds: seconds, offset: offsets[Int(kind)]))
        }
        return offsets.first.map { Block(first: $0, transitions: transitions) }
    }

    /// The text between two newlines (§3.3).
    mutating func footer() -> ArraySlice<UInt8>? {
        let newline = UInt8(ascii: "\n")
        guard take(1)?.first == newline, let end = rest.firstIndex(of: newline) else { return nil }
        let text = rest[..<end]
        rest = rest[(end + 1)...]
        return text
    }

    /// Whether all marks are 0 or 1, and what is universal time is standard time too.
    private static func agree(_ standard: ArraySlice<UInt8>, _ universal: ArraySlice<UInt8>) -> Bool {
        guard standard.allSatisfy({ $0 <= 1 }) else { return false }
        return standard.isEmpty
            ? universal.allSatisfy { $0 == 0 } : zip(universal, standard).allSatisfy { $0 <= $1 }
    }

    /// The offset of a local time type, whose name must be among `letters` and end there.
    private static func offset(_ type: ArraySlice<UInt8>, _ letters: ArraySlice<UInt8>) -> Int64? {
        let offset = integer(type.prefix(4))
        let name = letters.dropFirst(Int(type[type.startIndex + 5]))
        guard offsets.contains(offset), type[type.startIndex + 4] <= 1, name.contains(0) else { return nil }
        return offset
    }

    /// A count of things that have at least a byte each, so that more than a file may have is malformed.
    private mutating func count() -> Int? {
        guard let bytes = take(4) else { return nil }
        let count = Self.integer(bytes)
        return (0...Int64(TimeZoneRules.largestFile)).contains(count) ? Int(count) : nil
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return taken
    }

    /// Two's complement, the most significant byte first.
    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        let isNegative = bytes.first.map { $0 >= 0x80 } ?? false
        return Int64(bitPattern: bytes.reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) })
    }
}
