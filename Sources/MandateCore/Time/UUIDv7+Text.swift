extension UUIDv7 {
    /// The identifier that `text` writes, or nil: lowercase, and of version 7 (RFC 9562 §4, §5.7).
    public init?(text: String) {
        let letters = Array(text.utf8)
        guard letters.count == 36 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for (index, letter) in letters.enumerated() {
            if Self.hyphens.contains(index) {
                guard letter == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hex.value(of: letter), !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains(letter) else {
                return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard bytes.count == 16, bytes[6] >> 4 == 7, bytes[8] >> 6 == 2 else { return nil }
        self.init(bytes: bytes)
    }

    /// When the identifier was made, to the millisecond.
    public var time: Instant {
        Instant(milliseconds: bytes.prefix(6).reduce(0) { time, byte in time << 8 | Int64(byte) })
    }

    private static let hyphens: Set<Int> = [8, 13, 18, 23]
}
