/// Which events are asked for: one by its name, or all of a kind as in `agent.*`.
public struct EventPattern: Hashable, Sendable {
    public let text: String
    private static let lengths = 1...64
    public static let grammar = "an event such as token.issued, or a kind of events such as agent.*"

    /// The pattern, or nil unless it is words of a-z and _ with dots between; the last word may be `*`.
    public init?(_ text: String) {
        guard Self.lengths.contains(text.utf8.count) else { return nil }
        let words = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let first = words.first, let last = words.last, Self.isWord(first),
            words.dropLast().allSatisfy(Self.isWord),
            Self.isWord(last) || (words.count > 1 && last.elementsEqual("*".utf8))
        else { return nil }
        self.text = text
    }

    /// What the value of `event` in a record begins with, the quote included; whole names end with a quote, too.
    var beginning: [UInt8] {
        text.hasSuffix("*") ? Array("\"\(text.dropLast())".utf8) : Array("\"\(text)\"".utf8)
    }

    private static func isWord(_ word: Substring.UTF8View) -> Bool {
        !word.isEmpty
            && word.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
