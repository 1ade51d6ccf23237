/// Base64 in the alphabet of RFC 4648 §5, without padding: the form of RFC 7515 §2.
public enum Base64URL {
    /// The ASCII text of these bytes.
    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return text
    }

    /// The text of these bytes, as a string.
    public static func text(of bytes: [UInt8]) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    /// How many characters `count` bytes become.
    public static func length(of count: Int) -> Int {
        count / 3 * 4 + [0, 2, 3][count % 3]
    }

    /// Appends the ASCII text of these bytes, for building a token in one array.
    public static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: length(of: bytes.count)))
        text.withUnsafeMutableBufferPointer { output in
            bytes.withUnsafeBufferPointer { source in
                write(source, to: UnsafeMutableBufferPointer(rebasing: output[start...]))
            }
        }
    }

    /// Fills `output`, which has exactly the room for it.
    private static func write(_ source: UnsafeBufferPointer<UInt8>, to output: UnsafeMutableBufferPointer<UInt8>) {
        var (index, end) = (0, 0)
        pairs.withUnsafeBufferPointer { pairs in
            while index + 3 <= source.count {
                let bits = Int(source[index]) << 16 | Int(source[index + 1]) << 8 | Int(source[index + 2])
                let (first, second) = (pairs[bits >> 12], pairs[bits & 0xFFF])
                output[end] = UInt8(truncatingIfNeeded: first)
                output[end + 1] = UInt8(truncatingIfNeeded: first >> 8)
                output[end + 2] = UInt8(truncatingIfNeeded: second)
                output[end + 3] = UInt8(truncatingIfNeeded: second >> 8)
                (index, end) = (index + 3, end + 4)
            }
        }
        let left = source.count - index
        guard left > 0 else { return }
        let second = left > 1 ? source[index + 1] : 0
        output[end] = letter(source[index] >> 2)
        output[end + 1] = letter(source[index] << 4 | second >> 4)
        if left > 1 { output[end + 2] = letter(second << 2) }
    }

    /// The bytes this text stands for, or `nil` unless it is the one text that `encode` would have made of them:
    /// no padding, no other characters, no left-over bits (RFC 4648 §3.5).
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        Sextets.decode(Array(text), value: value)
    }

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// Two letters for each twelve bits, the first in the low byte: every token is a thousand bytes of them.
    private static let pairs: [UInt16] = (0..<4096).map { bits in
        UInt16(letter(UInt8(bits >> 6))) | UInt16(letter(UInt8(bits & 0x3F))) << 8
    }

    private static func letter(_ sextet: UInt8) -> UInt8 {
        alphabet.utf8Start[Int(sextet & 0x3F)]
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: Sextets.alphanumeric(letter)
        }
    }
}
