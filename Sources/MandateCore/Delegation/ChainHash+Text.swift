extension ChainHash {
    private static let prefix = "sha256:"

    /// The hash that `text` names, or nil unless it is `sha256:` and 64 lowercase hexadecimal digits.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.prefix.utf8.count + 64, bytes.starts(with: Self.prefix.utf8) else { return nil }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(32)
        var high: UInt8?
        for digit in bytes.dropFirst(Self.prefix.utf8.count) {
            guard let value = Hex.lowercaseValue(of: digit) else { return nil }
            if let first = high {
                decoded.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self.init(bytes: decoded)
    }
}
