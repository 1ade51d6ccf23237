extension Base64 {
    /// The text of these bytes, with padding.
    public static func text(of bytes: [UInt8]) -> String {
        var letters = Base64URL.encode(bytes).map { letter in
            switch letter {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: letter
            }
        }
        while letters.count % 4 != 0 { letters.append(UInt8(ascii: "=")) }
        return String(decoding: letters, as: UTF8.self)
    }
}
