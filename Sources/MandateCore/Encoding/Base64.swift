/// Base64 in the standard alphabet with padding (RFC 4648 §4), as HTTP Basic has it (RFC 7617 §2).
public enum Base64 {
    /// The bytes this text stands for, or `nil` unless it is their one canonical text: full padding, no whitespace,
    /// no left-over bits (RFC 4648 §3.5).
    public static func decode(canonical text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reversed().prefix { letter in letter == UInt8(ascii: "=") }.count
        return Sextets.decode(text.dropLast(padding), value: value)
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: Sextets.alphanumeric(letter)
        }
    }
}

/// The part both alphabets share: four letters of six bits are three bytes.
enum Sextets {
    static func decode(_ letters: some Collection<UInt8>, value: (UInt8) -> UInt8?) -> [UInt8]? {
        guard letters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count / 4 * 3 + 2)
        var pending: UInt16 = 0
        var bits = 0
        for letter in letters {
            guard let sextet = value(letter) else { return nil }
            pending = pending << 6 | UInt16(sextet)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt16(bits)))
            pending &= (1 << UInt16(bits)) - 1
        }
        return pending == 0 ? bytes : nil
    }

    static func alphanumeric(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
        default: nil
        }
    }
}
