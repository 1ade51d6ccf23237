/// A time-ordered identifier (RFC 9562 §5.7), so that tables keyed by it grow at one end.
public struct UUIDv7: Hashable, Sendable {
    public let bytes: [UInt8]

    /// The identifier of these 16 bytes, which were checked.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The identifier for `now` with 74 of the 80 bits of `random`, which must hold 10 bytes or more.
    public init?(at now: Instant, random: [UInt8]) {
        guard random.count >= 10 else { return nil }
        let time = UInt64(now.milliseconds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for shift in stride(from: UInt64(40), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: time >> shift))
        }
        bytes.append(0x70 | random[0] & 0x0F)
        bytes.append(random[1])
        bytes.append(0x80 | random[2] & 0x3F)
        bytes.append(contentsOf: random[3..<10])
        self.bytes = bytes
    }

    /// Lowercase text with hyphens (RFC 9562 §4).
    public var text: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for (position, byte) in bytes.enumerated() {
                if position == 4 || position == 6 || position == 8 || position == 10 {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
                buffer[index] = Self.digit(byte >> 4)
                buffer[index + 1] = Self.digit(byte & 0x0F)
                index += 2
            }
            return index
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
