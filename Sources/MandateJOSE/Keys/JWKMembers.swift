import MandateCore

/// The members of a JWK by name, each of the type its RFC says (RFC 7517 §4, RFC 7518 §6).
struct JWKMembers {
    private let json: JSONValue

    init(_ json: JSONValue) throws(JOSEError) {
        guard json.members != nil else { throw .malformed("a JWK is a JSON object") }
        self.json = json
    }

    /// The text of a member that may be absent, but not of another type.
    func text(_ name: String) throws(JOSEError) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.string else { throw .malformed("\(name) of a JWK is not a string") }
        return text
    }

    /// The text of a member that must be there.
    func requiredText(_ name: String) throws(JOSEError) -> String {
        guard let text = try text(name) else { throw .malformed("a JWK has no \(name)") }
        return text
    }

    /// The bytes of a member in canonical base64url, `count` of them when that is given.
    func bytes(_ name: String, count: Int? = nil) throws(JOSEError) -> [UInt8] {
        guard let bytes = Base64URL.decode(try requiredText(name).utf8) else {
            throw .malformed("\(name) of a JWK is not canonical base64url")
        }
        guard count == nil || bytes.count == count else { throw .malformed("\(name) of a JWK has a wrong length") }
        return bytes
    }

    /// A number in as few bytes as it needs (RFC 7518 §2, Base64urlUInt).
    func number(_ name: String) throws(JOSEError) -> [UInt8] {
        let bytes = try bytes(name)
        guard let first = bytes.first, first > 0 else { throw .malformed("\(name) of a JWK is not a minimal number") }
        return bytes
    }

    /// A private key in the place of a public one is a leak; nothing of it is used (RFC 7518 §6.2.2, §6.3.2).
    func refusePrivateMembers() throws(JOSEError) {
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth"] where json[name] != nil {
            throw .malformed("a JWK holds a private key (\(name)); only public keys belong here")
        }
    }

    /// Refuses a key that says it is for something else than checking signatures (RFC 7517 §4.2, §4.3).
    func requireUseForSignatures() throws(JOSEError) {
        if let use = try text("use"), use != "sig" { throw .unsupportedKey("use of a JWK is not sig") }
        guard let operations = json["key_ops"] else { return }
        guard let names = operations.array?.map(\.string), names.allSatisfy({ name in name != nil }) else {
            throw .malformed("key_ops of a JWK is not an array of strings")
        }
        guard names.contains("verify") else { throw .unsupportedKey("key_ops of a JWK is without verify") }
    }

    /// The pinned algorithm; one that this kind of key cannot have is a contradiction.
    func algorithm(fitting key: VerificationKey) throws(JOSEError) -> VerificationAlgorithm? {
        guard let name = try text("alg") else { return nil }
        guard let algorithm = VerificationAlgorithm(rawValue: name) else {
            throw .unsupportedKey("alg of a JWK is none of ES256, RS256, PS256 and EdDSA")
        }
        guard key.fits(algorithm) else { throw .malformed("alg of a JWK does not fit its kty") }
        return algorithm
    }
}
