import MandateCore

/// What every small pattern matches, found by enumeration and by nothing else.
///
/// Patterns have up to three segments over `a`, `b` and `*`, each of up to three characters. Concrete scopes have up to
/// four, over `a`, `b` and a symbol that no pattern names; long enough that whatever sets two patterns apart is among
/// them, and so is whatever two of them share.
struct ContainmentModel {
    struct Pattern {
        let text: String
        let scope: Scope
        /// Which concrete scopes it matches.
        let matches: Bits
    }

    let patterns: [Pattern]

    init() {
        let texts = Self.words(over: ["a", "b", "z"], upTo: 3) + Self.words(over: ["a", "b"], upTo: 4).suffix(16)
        let segments = Self.words(over: ["a", "b", "*"], upTo: 3).filter { !$0.contains("**") }
        let matching = Dictionary(
            uniqueKeysWithValues: segments.map { segment in
                (segment, texts.indices.filter { Self.glob(Array(segment)[...], matches: Array(texts[$0])[...]) })
            })
        let universe = Universe(texts: texts.count)
        let tails = [[]] + segments.map { [$0] } + segments.flatMap { first in segments.map { [first, $0] } }
        patterns = ["a", "b"].enumerated().flatMap { number, first in
            tails.compactMap { tail in
                let text = ([first] + tail).joined(separator: ":")
                return Scope(text).map { scope in
                    Pattern(
                        text: text, scope: scope, matches: universe.matches(first: number, tail: tail, by: matching))
                }
            }
        }
    }

    /// All words of 1 to `length` letters, shorter ones first.
    private static func words(over letters: [String], upTo length: Int) -> [String] {
        var all: [String] = []
        var longest = [""]
        for _ in 0..<length {
            longest = longest.flatMap { word in letters.map { word + $0 } }
            all += longest
        }
        return all
    }

    /// The definition: `*` matches any run of characters, the empty run included.
    private static func glob(_ pattern: ArraySlice<Character>, matches text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return (text.startIndex...text.endIndex).contains { glob(pattern.dropFirst(), matches: text[$0...]) }
        }
        return text.first == first && glob(pattern.dropFirst(), matches: text.dropFirst())
    }
}

/// The concrete scopes, numbered: a first segment of two, up to two more of `texts`, and sometimes a fourth.
private struct Universe {
    let texts: Int

    /// Numbers: first segment alone, then with one more, with two more, with two more and a fourth one.
    private func number(_ first: Int, _ rest: [Int], hasFourth: Bool = false) -> Int {
        let pairs = texts * texts
        let start = first * (1 + texts + 2 * pairs)
        switch rest.count {
        case 0: return start
        case 1: return start + 1 + rest[0]
        default: return start + 1 + texts + (hasFourth ? pairs : 0) + rest[0] * texts + rest[1]
        }
    }

    func matches(first: Int, tail: [String], by matching: [String: [Int]]) -> Bits {
        var bits = Bits(count: 2 * (1 + texts + 2 * texts * texts))
        let lists = tail.map { matching[$0] ?? [] }
        switch lists.count {
        case 0: bits.insert(number(first, []))
        case 1:
            for second in lists[0] { bits.insert(number(first, [second])) }
        default:
            for second in lists[0] { for third in lists[1] { bits.insert(number(first, [second, third])) } }
        }
        guard tail.last == "*" else { return bits }
        // A last segment that is exactly `*` matches one or more remaining segments.
        let seconds = lists.count == 1 ? Array(0..<texts) : lists[0]
        for second in seconds {
            for third in 0..<texts {
                if lists.count == 1 { bits.insert(number(first, [second, third])) }
                bits.insert(number(first, [second, third], hasFourth: true))
            }
        }
        return bits
    }
}

/// A set of small numbers.
struct Bits {
    private var words: [UInt64]

    init(count: Int) { words = [UInt64](repeating: 0, count: count / 64 + 1) }

    mutating func insert(_ number: Int) { words[number / 64] |= 1 << UInt64(number % 64) }

    func isSuperset(of other: Bits) -> Bool {
        var index = 0
        while index < words.count {
            if other.words[index] & ~words[index] != 0 { return false }
            index += 1
        }
        return true
    }

    func meets(_ other: Bits) -> Bool {
        var index = 0
        while index < words.count {
            if other.words[index] & words[index] != 0 { return true }
            index += 1
        }
        return false
    }
}
