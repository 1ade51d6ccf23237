/// An ECDSA signature over P-256 in its two forms: r‖s, 64 bytes, as RFC 7518 §3.4 has it, and the DER of RFC 3279
/// §2.2.3 that OpenSSL speaks.
enum SignatureForm {
    /// How many bytes r‖s is.
    static let length = 64

    private static let coordinate = 32
    private static let sequence: UInt8 = 0x30
    private static let integer: UInt8 = 0x02

    /// Appends r‖s for a DER signature; refuses anything but two positive integers of at most 32 bytes.
    static func append(fromDER der: ArraySlice<UInt8>, to output: inout [UInt8]) throws(JOSEError) {
        var rest = der
        guard rest.popFirst() == sequence, let length = rest.popFirst(), Int(length) == rest.count else {
            throw .cryptoFailure
        }
        try appendInteger(from: &rest, to: &output)
        try appendInteger(from: &rest, to: &output)
        guard rest.isEmpty else { throw .cryptoFailure }
    }

    private static func appendInteger(from der: inout ArraySlice<UInt8>, to output: inout [UInt8]) throws(JOSEError) {
        guard der.popFirst() == integer, let length = der.popFirst(), length > 0, der.count >= Int(length) else {
            throw .cryptoFailure
        }
        var value = der.prefix(Int(length))
        der = der.dropFirst(Int(length))
        guard let first = value.first, first < 0x80 else { throw .cryptoFailure }
        if first == 0 { value = value.dropFirst() }
        guard value.count <= coordinate else { throw .cryptoFailure }
        for _ in value.count..<coordinate { output.append(0) }
        output.append(contentsOf: value)
    }

    /// The minimal DER of r‖s; `nil` unless it is 64 bytes. The range of r and s is for OpenSSL to judge.
    static func der(from signature: [UInt8]) -> [UInt8]? {
        guard signature.count == length else { return nil }
        let integers = derInteger(signature.prefix(coordinate)) + derInteger(signature.suffix(coordinate))
        return [sequence, UInt8(integers.count)] + integers
    }

    private static func derInteger(_ coordinate: ArraySlice<UInt8>) -> [UInt8] {
        let value = coordinate.drop { byte in byte == 0 }
        let needsZero = (value.first ?? 0x80) >= 0x80
        return [integer, UInt8(value.count + (needsZero ? 1 : 0))] + (needsZero ? [0] : []) + value
    }
}
