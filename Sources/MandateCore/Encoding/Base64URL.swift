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
        let source = bytes.span
        text.append(addingCapacity: length(of: bytes.count)) { output in
            var index = 0
            while index + 3 <= source.count {
                let (first, second, third) = (source[index], source[index + 1], source[index + 2])
                output.append(letter(first >> 2))
                output.append(letter(first << 4 | second >> 4))
                output.append(letter(second << 2 | third >> 6))
                output.append(letter(third))
                index += 3
            }
            let left = source.count - index
            guard left > 0 else { return }
            let second = left > 1 ? source[index + 1] : 0
            output.append(letter(source[index] >> 2))
            output.append(letter(source[index] << 4 | second >> 4))
            if left > 1 { output.append(letter(second << 2)) }
        }
    }

    /// The bytes this text stands for, or `nil` unless it is the one text that `encode` would have made of them:
    /// no padding, no other characters, no left-over bits (RFC 4648 §3.5).
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        Sextets.decode(Array(text), value: value)
    }

    private static func letter(_ sextet: UInt8) -> UInt8 {
        switch sextet & 0x3F {
        case 0..<26: UInt8(ascii: "A") + (sextet & 0x3F)
        case 26..<52: UInt8(ascii: "a") - 26 + (sextet & 0x3F)
        case 62: UInt8(ascii: "-")
        case 63: UInt8(ascii: "_")
        default: (sextet & 0x3F) - 52 + UInt8(ascii: "0")
        }
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: Sextets.alphanumeric(letter)
        }
    }
}
