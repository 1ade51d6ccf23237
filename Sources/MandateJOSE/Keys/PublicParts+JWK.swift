import MandateCore

extension PublicParts {
    /// The key that `kty` and `crv` promise (RFC 7518 §6, RFC 8037 §2).
    init(_ members: JWKMembers) throws(JOSEError) {
        switch try members.requiredText("kty") {
        case "EC":
            guard try members.requiredText("crv") == "P-256" else {
                throw .unsupportedKey("crv of an EC key is not P-256")
            }
            self = .p256(x: try members.bytes("x", count: 32), y: try members.bytes("y", count: 32))
        case "RSA":
            self = .rsa(modulus: try members.number("n"), exponent: try members.number("e"))
        case "OKP":
            guard try members.requiredText("crv") == "Ed25519" else {
                throw .unsupportedKey("crv of an OKP key is not Ed25519")
            }
            self = .ed25519(try members.bytes("x", count: 32))
        case "oct": throw .unsupportedKey("a symmetric key (kty oct) is never accepted")
        default: throw .unsupportedKey("kty of a JWK is none of EC, RSA and OKP")
        }
    }

    /// The members RFC 7638 §3.2 and RFC 8037 §2 call required, sorted by name: what the thumbprint is made of.
    var members: [JSONMember] {
        switch self {
        case .p256(let x, let y):
            [Self.member("crv", "P-256"), Self.member("kty", "EC"), Self.member("x", x), Self.member("y", y)]
        case .rsa(let modulus, let exponent):
            [Self.member("e", exponent), Self.member("kty", "RSA"), Self.member("n", modulus)]
        case .ed25519(let bytes):
            [Self.member("crv", "Ed25519"), Self.member("kty", "OKP"), Self.member("x", bytes)]
        }
    }

    /// The RFC 7638 thumbprint, in base64url.
    func thumbprint() throws(JOSEError) -> String {
        Base64URL.text(of: try SHA256.hash(JSONValue.object(members).canonical))
    }

    private static func member(_ name: String, _ bytes: [UInt8]) -> JSONMember {
        member(name, Base64URL.text(of: bytes))
    }

    private static func member(_ name: String, _ text: String) -> JSONMember {
        JSONMember(name: name, value: .string(text))
    }
}
