import Foundation
import MandateCore
import MandateJOSE
import MandateTesting
import Testing

@Suite("A token of a trusted issuer")
struct ForeignTokenTests {
    private static let name = "https://login.example"
    private static let own = "https://tokens.example"

    @Test("is proven by a key of its issuer", arguments: SignatureAlgorithm.allCases)
    func proven(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let issuer = try Foreign.issuer(Self.name, [key])
        let proven = try foreign(try Foreign.token(key), trusting: issuer)
        #expect(proven.issuer == issuer && proven.claims == Foreign.claims)
    }

    @Test("may be signed with PS256, and then by no key that is for another algorithm")
    func ps256() throws {
        let claims: JSONValue = ["iss": .string(Self.name)]
        func issuer(_ algorithm: String?) throws -> TrustedIssuer {
            let key: JSONValue = ["kty": "RSA", "n": .string(Self.modulus), "e": "AQAB"]
            return try Foreign.issuer(Self.name, keys: [key.with("alg", algorithm.map { JSONValue.string($0) })])
        }
        #expect(try foreign(Self.signedWithPS256.bytes, trusting: issuer(nil)).claims == claims)
        #expect(try foreign(Self.signedWithPS256.bytes, trusting: issuer("PS256")).claims == claims)
        try refused(Self.signedWithPS256.bytes, trusting: issuer("RS256"))
    }

    @Test("may leave out typ, and has no other than one of a JWT, an access token or an ID token")
    func types() throws {
        let key = try PrivateKey.generate(.es256)
        let issuer = try Foreign.issuer(Self.name, [key])
        for type in ["JWT", "jwt", "application/jwt", "at+jwt", "AT+JWT", "application/at+jwt", "id_token+jwt"] {
            _ = try foreign(try Foreign.token(key, ["typ": .string(type)]), trusting: issuer)
        }
        let others: [JSONValue] = [
            "delegation+jwt", "Delegation+JWT", "application/delegation+jwt", "revocations+jwt", "logout+jwt",
            "dpop+jwt", "JOSE", "", " JWT", .null, 1, ["JWT"],
        ]
        for type in others { try refused(try Foreign.token(key, ["typ": type]), trusting: issuer) }
    }

    @Test("is not proven by the key of another issuer, whatever kid it names")
    func otherIssuer() throws {
        let (key, other) = (try PrivateKey.generate(.es256), try PrivateKey.generate(.es256))
        let issuers = [try Foreign.issuer(Self.name, [key]), try Foreign.issuer("https://b.example", [other])]
        for kid in [other.publicKey.thumbprint, key.publicKey.thumbprint] {
            try refused(try Foreign.token(other, ["kid": .string(kid)]), trusting: issuers)
        }
        try refused(try Foreign.token(other), trusting: issuers)
        try refused(try Foreign.token(key, claims: ["iss": "https://b.example"]), trusting: issuers)
    }

    @Test("is refused when its kid is nobody's, or it has none and several keys fit")
    func kids() throws {
        let (key, other) = (try PrivateKey.generate(.es256), try PrivateKey.generate(.es256))
        try refused(try Foreign.token(key, ["kid": "x"]), trusting: Foreign.issuer(Self.name, [key]))
        try refused(try Foreign.token(key), trusting: Foreign.issuer(Self.name, [key, other]))
        let two = try Foreign.issuer(Self.name, [key, other])
        _ = try foreign(
            try Foreign.token(key, ["kid": .string(key.publicKey.thumbprint)]), trusting: two)
    }

    @Test("is refused when its algorithm is not the key's, is a shared secret's or is none")
    func confusedAlgorithms() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let key = try PrivateKey.generate(algorithm)
            let issuer = try Foreign.issuer(Self.name, [key])
            for name in ["none", "HS256", "ES256", "RS256", "PS256", "EdDSA", "ES384"] where name != algorithm.rawValue
            {
                for kid in [nil, key.publicKey.thumbprint] {
                    let kid = kid.map { JSONValue.string($0) }
                    try refused(try Foreign.token(key, ["alg": .string(name), "kid": kid]), trusting: issuer)
                }
            }
        }
    }

    @Test(
        "is refused when its header brings a key or an extension",
        arguments: ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip"])
    func refusedMembers(name: String) throws {
        let key = try PrivateKey.generate(.es256)
        let values: [JSONValue] = [["exp"], true, key.publicKey.json]
        for value in values {
            try refused(try Foreign.token(key, [name: value]), trusting: Foreign.issuer(Self.name, [key]))
        }
    }

    @Test(
        "is refused when its issuer is not there, not trusted byte for byte, or this service",
        arguments: [nil, 1, .null, "", "https://login.example/", "HTTPS://login.example", "https://tokens.example"]
            as [JSONValue?])
    func issuers(iss: JSONValue?) throws {
        let key = try PrivateKey.generate(.es256)
        let trusted = [try Foreign.issuer(Self.name, [key]), try Foreign.issuer(Self.own, [key])]
        try refused(try Foreign.token(key, claims: Foreign.claims.with("iss", iss)), trusting: trusted)
    }

    @Test("cannot be checked while the registry cannot be read")
    func unavailable() throws {
        let key = try PrivateKey.generate(.es256)
        var view = FakeView()
        view.issuers = [try Foreign.issuer(Self.name, [key])]
        view.failure = .unavailable(.registry)
        #expect(throws: TokenFault.unavailable(.registry)) { try verifier().foreign(try Foreign.token(key), in: view) }
    }

    @Test("is refused once its issuer has other keys, and once it is not trusted any more")
    func changedRecord() throws {
        let (key, next) = (try PrivateKey.generate(.es256), try PrivateKey.generate(.es256))
        let verifier = try verifier()
        var view = FakeView()
        view.issuers = [try Foreign.issuer(Self.name, [key])]
        let token = try Foreign.token(key)
        _ = try verifier.foreign(token, in: view)
        view.issuers = [try Foreign.issuer(Self.name, [next])]
        #expect(throws: TokenFault.unusable) { try verifier.foreign(token, in: view) }
        _ = try verifier.foreign(try Foreign.token(next), in: view)
        view.issuers = []
        #expect(throws: TokenFault.unusable) { try verifier.foreign(try Foreign.token(next), in: view) }
    }

    private func verifier() throws -> ForeignTokenVerifier {
        ForeignTokenVerifier(
            own: try #require(Issuer(Self.own)), keys: IssuerKeys(now: { .eightOClock }, report: { _ in }))
    }

    private func foreign(_ token: [UInt8], trusting issuer: TrustedIssuer) throws -> ForeignToken {
        var view = FakeView()
        view.issuers = [issuer]
        return try verifier().foreign(token, in: view)
    }

    private func refused(_ token: [UInt8], trusting issuer: TrustedIssuer) throws {
        try refused(token, trusting: [issuer])
    }

    private func refused(_ token: [UInt8], trusting issuers: [TrustedIssuer]) throws {
        var view = FakeView()
        view.issuers = issuers
        #expect(throws: TokenFault.unusable) { try verifier().foreign(token, in: view) }
    }

    /// Made by `openssl dgst -sign` over `{"alg":"PS256"}` and `{"iss":"https://login.example"}`.
    private static let signedWithPS256 = """
        eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUifQ.V_F_snOgyW4Hz_8BWTZQJeVlZdJu229P1JPaQlJU\
        evQvQ6b8L4up88hXu-cwOb75J_tOBGNOa8IJDbn9KzBIvKg06woel0Vxnyh4JEUh4y72KYE3DuCa-BTXYIPt1bQli1Ag9TVSDsZaKMLZ\
        46MnDKu5H72OfdQbyUTnUCLfeXYrreTqYZMAkQflMezG1wX_s-F3zhjqi0cEQKPbbJSvSFMpzABDJUPuqIG2nsbup_4Ba6dxSGBxIon4\
        pAG_h-aLX8Cf5Z_6L7oRdf5md59GqrY1SaDlOFGun10jEjRCjgrUv5YnT_d0xIWWIT7Hc3slgWO3tiiqKnz6JBEpQVfb7w
        """

    private static let modulus = """
        sUV6aXlt-lEfxVEFWjz68akgXVRXe7Afr-NWOoDlyU-S8yMtCB2-IiPlQFn0j8NfkP8fNROWiUUBIr_xmBdUzPVnu_cm03Dyo8HkQGbp\
        cB4YqcYkk1b6whXdxW5VZTWlLgJImGWg08Gv42bMB0Yr_IAjGyyKsK9i3LWlAnFlo1nOnTa5kVpIPx9EQ7KzvveqJDJk6Ud69AenyAaN\
        cWaLmlHiBKeQf2UQiQZadBW-siM9MraZVrI_18N6HVxE-V34iq4vTbDXutu9jkuwyybJMamgyhiPOC8BcENYBwOnvut9PFg1_2NzUlaJ\
        cveq1N2gGHyLB7XMAZQOkzzqy9ZCXw
        """
}
