import MandateCore
import MandateJOSE

/// Another issuer and its tokens.
enum Foreign {
    static let claims: JSONValue = ["iss": "https://login.example", "sub": "alice"]

    /// An issuer with the public halves of `keys`.
    static func issuer(_ name: String, _ keys: [PrivateKey]) throws -> TrustedIssuer {
        try issuer(name, keys: keys.map(\.publicKey.json))
    }

    static func issuer(_ name: String, keys: [JSONValue]) throws -> TrustedIssuer {
        issuer(name, .inline(["keys": .array(keys)]))
    }

    static func issuer(_ name: String, _ keys: TrustedIssuer.Keys) -> TrustedIssuer {
        TrustedIssuer(
            issuer: Label(checked: name), keys: keys, audiences: [Label(checked: "portal")], principalClaim: "email",
            delegable: [])
    }

    /// A token that `key` signed, without kid and typ unless `header` says so; a nil takes a member away.
    static func token(
        _ key: PrivateKey, _ header: [String: JSONValue?] = [:], claims: JSONValue = claims
    ) throws -> [UInt8] {
        var all: JSONValue = ["alg": .string(key.algorithm.rawValue)]
        for (name, value) in header { all = all.with(name, value) }
        let input = "\(Base64URL.text(of: all.canonical)).\(Base64URL.text(of: claims.canonical))"
        let signature = try Signer(key).signature(over: input.bytes)
        return "\(input).\(Base64URL.text(of: signature))".bytes
    }
}
