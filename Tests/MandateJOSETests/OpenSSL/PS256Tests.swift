import MandateCore
import MandateJOSE
import Testing

@Suite("PS256")
struct PS256Tests {
    @Test("accepts a salt as long as the hash, and only with MGF1 over SHA-256")
    func accepts() throws {
        let key = try JWK(["kty": "RSA", "n": .string(Self.modulus), "e": "AQAB"])
        func verifies(_ signature: String, using algorithm: VerificationAlgorithm) throws -> Bool {
            let signature = try #require(Base64URL.decode(signature.utf8))
            return key.verify(signature: signature, over: "PS256 test message".bytes, using: algorithm)
        }
        #expect(try verifies(Self.signature, using: .ps256))
        #expect(try !verifies(Self.signature, using: .rs256))
        #expect(try !verifies(Self.shortSalt, using: .ps256))
        #expect(try !verifies(Self.otherMask, using: .ps256))
    }

    @Test("is refused for a key pinned to RS256")
    func pinned() throws {
        let key = try JWK(["kty": "RSA", "n": .string(Self.modulus), "e": "AQAB", "alg": "RS256"])
        let signature = try #require(Base64URL.decode(Self.signature.utf8))
        #expect(!key.verify(signature: signature, over: "PS256 test message".bytes, using: .ps256))
    }

    private static let modulus = """
        6S0p3CvKRACenLW2tChFvULfyoR9pBcZwCfVzFKufsmG-rak2WHquWEZrHBqWyCC39bORFPXJHIwEW7c_N8mKitTTCVn3ZwTZ8XY\
        3sOs1Bug8-fEYWRZLxVty1OOTQzAVggkkpQLfR9Kw1AV8plVEi1OTTpy5bZWtl3TpBS6bEmON8lf2PGyDxF514B0K_sF5QfF_TrM\
        m6mKYZpbcOVXTlEvkw3dMYWz-eFl3BIKDVGrcfrNsU_O-1tMoDm1YJFZtK2QkJb1M9NGwf0LN9E0xaZeDjt16yLIBWdORTUnyoFB\
        2iM-PD4CpZ-fQTE4F_JeVUbBnT1qKkHlhYEbYR3wxQ
        """

    /// Made by `openssl dgst -sign`, like those below.
    private static let signature = """
        tMJ004C5kRl7l45G0GSwqSqKDxsZuTTZEimIRS5czEJeTxTxZHpEbtk34-iI9-h8rtpEj2Gh-Kyvkp12L1T0_fr3bzMYsXdOGz3K\
        JrYpLeelvkJED8hjAtW7bhs9xQkwa589ONUYbZSF9ZPzKgJe80i9BzlS2y_SkPutTSuErXSMiNrvVACIItEeXJcJovbMNunO2DFW\
        fHJ-UsjbhEg6ri1cs2JtFhOB2ikAebIOEFz4xlVwgOZXoN3nmfKa-6q3GhHfUGTz5SdcT_3K7OIj-n0Z7y1ey5DKcBi9cR9zIGTw\
        -RoVcZA0vKKNgxqBID21h8L0hJc5uyP6GhKVqpORLw
        """

    /// 20 bytes of salt.
    private static let shortSalt = """
        RhTWcutMfhovpjCe4_iCjsomshapARkINCyYm_9pA9CcpTwUtTNMKEzaSnxx-420cOhhvNVT6cV08ye6_jqo_8C_tTWqp0iZVS5i\
        h8bUnj6BHqq3OBfSU7BWY26xLzOPVYFyfYhaAQ6ej30ixdsUialSCYZGqR3VYoGM2LhHTDdQbO9E8YOBnrQFSXcdJ45-CeGg_Xal\
        mEvVq4QY3zSv9DtehuA-G9oPlOnjjlxKOb2-Vatn22qYbSDXkS47r6nqapaUkPhKi-vlFEUXCrnpFEFgKsDnopCmoFZAHQ1KTwCB\
        rFKIkpjxFbJlf6vMME2Y83L3rnAr3rzkvW2fPkI_kg
        """

    /// MGF1 over SHA-1.
    private static let otherMask = """
        PW8zK3E3fef_qoiJ62NYEI5Zco-hLTyPvRcGVuRslPDIAzS0y8oxH2SoDjEaMUhD9RzxiyvaQHJEDBWPKrBbQWF4L1zVixTDWj3I\
        5XNj9WaNe7TcZ5rAno9OaG_K2F0s7hIYw7FF492m3A34wFFS-lK7L1gihkjHfvzDauGTqTu-uMGDscnOGaHy34HxiQMVUUxoI6fe\
        wqKekMO4W7pLSEzO6X69iY2xC3G13v0KvAe4TGTQfLYRCIkQF921IXzZmGFHLmEFBLMLp3ll-w5U1QTmB3OXIdOCIkfsdqSiplzE\
        lrcaNB05zxv_aeFjKz-PM-8HmVao1eoh7-yPsXDlRQ
        """
}
