import MandateCore

/// The protected header of a token (RFC 7515 §4.1).
public struct JWSHeader: Hashable, Sendable {
    public let algorithm: VerificationAlgorithm

    /// The `typ` as it was written, or nil when there is none.
    public let type: String?

    public let kid: String?

    /// Members that bring a key of the token's own choosing, or change how the token is read.
    private static let refused = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip"]

    /// Reads the decoded header.
    init(_ bytes: [UInt8]) throws(JOSEError) {
        let json = try CompactJWS.object(bytes, called: "header")
        for name in Self.refused where json[name] != nil {
            throw .malformed("the header of a token has \(name), which is not accepted")
        }
        guard let name = json["alg"]?.string else { throw .malformed("alg of a token is not a string") }
        guard let algorithm = VerificationAlgorithm(rawValue: name) else { throw .unsupportedAlgorithm }
        if let type = json["typ"], type.string == nil { throw .malformed("typ of a token is not a string") }
        if let kid = json["kid"], kid.string == nil { throw .malformed("kid of a token is not a string") }
        self.algorithm = algorithm
        type = json["typ"]?.string
        kid = json["kid"]?.string
    }

    /// Whether `typ` is there and is this one, but for the case of ASCII letters.
    func hasType(_ expected: String) -> Bool {
        type.map { type in type.utf8.map(Self.lowercased) == expected.utf8.map(Self.lowercased) } ?? false
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
