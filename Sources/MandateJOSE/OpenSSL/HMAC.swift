import COpenSSL

/// HMAC-SHA-256 (RFC 2104).
public enum HMAC {
    /// The 32 bytes of the code. A key without a byte in it would be nobody's secret, and is refused.
    public static func code(of message: [UInt8], key: [UInt8]) throws(JOSEError) -> [UInt8] {
        guard !key.isEmpty else { throw .cryptoFailure }
        var code = [UInt8](repeating: 0, count: SHA256.length)
        var written = 0
        let made = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, &code, code.count, &written)
        guard made != nil, written == SHA256.length else { throw cleared(.cryptoFailure) }
        return code
    }
}
