import COpenSSL

/// SHA-256 (FIPS 180-4) of what comes block by block.
final class RunningSHA256 {
    private let handle: OpaquePointer

    init() throws(JOSEError) {
        handle = try require(EVP_MD_CTX_new())
        try require(EVP_DigestInit_ex2(handle, try SHA256.method(), nil))
    }

    deinit {
        EVP_MD_CTX_free(handle)
    }

    func update(_ block: [UInt8]) throws(JOSEError) {
        try require(EVP_DigestUpdate(handle, block, block.count))
    }

    func final() throws(JOSEError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: SHA256.length)
        try require(EVP_DigestFinal_ex(handle, &digest, nil))
        return digest
    }
}
