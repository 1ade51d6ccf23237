import MandateCore

/// A JWS in compact form whose payload is a JSON object (RFC 7515 §7.1, RFC 7519), read strictly. Being read says
/// nothing about who signed it: only `verify` does.
public struct CompactJWS: Sendable {
    /// The longest token that is read.
    public static let maximumLength = 16 * 1024

    public let header: JWSHeader

    /// The claims; always an object.
    public let payload: JSONValue

    /// The bytes that were signed: the first two parts and the dot between them (RFC 7515 §5.1).
    public let signingInput: [UInt8]

    public let signature: [UInt8]

    /// Reads the text of a token: three parts in canonical base64url, strict JSON in the first two, at most 16 KiB. Only
    /// for what is no token, such as a signed list, is there another `limit`.
    public init(_ text: [UInt8], limit: Int = maximumLength) throws(JOSEError) {
        guard text.count <= limit else { throw .malformed("a token is longer than \(limit / 1024) KiB") }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("a token does not have three parts") }
        guard let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed("a part of a token is not canonical base64url") }
        self.header = try JWSHeader(header)
        self.payload = try Self.object(payload, called: "payload")
        self.signature = signature
        signingInput = Array(text[..<parts[1].endIndex])
    }

    /// Proves that one of `keys` signed this, as one of `types`.
    ///
    /// The key is the one with the token's `kid`; without a `kid`, the only one that accepts the algorithm. The
    /// algorithm must be the key's. `typ` must be one of `types` but for the case of ASCII letters; a `typ` such as
    /// `application/at+jwt` (RFC 7515 §4.1.9) passes only when it is listed itself.
    public func verify(with keys: JWKS, types: Set<String>) throws(JOSEError) {
        guard types.contains(where: header.hasType) else { throw .wrongType }
        try verify(with: try key(among: keys))
    }

    /// As `verify(with:types:)`, where only one type is expected.
    public func verify(with keys: JWKS, type: String) throws(JOSEError) {
        try verify(with: keys, types: [type])
    }

    /// As `verify(with:types:)`, where `typ` may also be absent, as others may leave it (RFC 7519 §5.1).
    func verify(with keys: JWKS, typesIfAny types: Set<String>) throws(JOSEError) {
        guard header.type == nil || types.contains(where: header.hasType) else { throw .wrongType }
        try verify(with: try key(among: keys))
    }

    private func verify(with key: JWK) throws(JOSEError) {
        guard key.accepts(header.algorithm) else { throw .unsupportedAlgorithm }
        guard key.verify(signature: signature, over: signingInput, using: header.algorithm) else {
            throw .badSignature
        }
    }

    private func key(among keys: JWKS) throws(JOSEError) -> JWK {
        if let kid = header.kid {
            guard let key = keys.key(kid: kid) else { throw .unknownKey }
            return key
        }
        let candidates = keys.keys.filter { key in key.accepts(header.algorithm) }
        guard let key = candidates.first, candidates.count == 1 else { throw .unknownKey }
        return key
    }

    /// A JSON object in strict form; the error never quotes it.
    static func object(_ bytes: [UInt8], called name: String) throws(JOSEError) -> JSONValue {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(strict: bytes)
        } catch {
            throw .malformed("the \(name) of a token is not strict JSON")
        }
        guard json.members != nil else { throw .malformed("the \(name) of a token is not a JSON object") }
        return json
    }
}
