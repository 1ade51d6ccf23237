import COpenSSL

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// How many bytes a hash has.
    public static let length = 32

    /// The 32 bytes of the hash.
    public static func hash(_ bytes: [UInt8]) throws(JOSEError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        try require(EVP_Digest(bytes, bytes.count, &digest, nil, method(), nil))
        return digest
    }

    /// The 32 bytes of the hash of memory that belongs to the caller.
    public static func hash(_ bytes: UnsafeRawBufferPointer) throws(JOSEError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        try require(EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, method(), nil))
        return digest
    }

    /// The algorithm, looked up once: asking OpenSSL 3 for it by name each time costs more than a short hash.
    static func method() throws(JOSEError) -> OpaquePointer {
        try require(fetched)
    }

    private nonisolated(unsafe) static let fetched = EVP_MD_fetch(nil, "SHA256", nil)
}

/// Whether both are the same bytes, in a time that depends on their lengths only.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
