import COpenSSL
import MandateCore

extension PrivateKey {
    private static let label = "PRIVATE KEY"

    /// Reads one unencrypted PKCS#8 key (RFC 5958, RFC 7468 §10) and nothing else: no legacy forms, no second block.
    public convenience init(pem: [UInt8], algorithm: SignatureAlgorithm) throws(JOSEError) {
        guard pem.starts(with: "-----BEGIN \(Self.label)-----".utf8), let length = Int32(exactly: pem.count) else {
            throw .malformed("is not a PEM file that begins with BEGIN PRIVATE KEY (PKCS#8, not encrypted)")
        }
        let pointer = try pem.withUnsafeBufferPointer { bytes throws(JOSEError) in
            let source = try require(BIO_new_mem_buf(bytes.baseAddress, length))
            defer { BIO_free(source) }
            return try Self.key(from: source)
        }
        try self.init(owning: pointer, algorithm: algorithm)
    }

    /// The key as unencrypted PKCS#8 in PEM, ready for a file that nobody else may read.
    public func pem() throws(JOSEError) -> [UInt8] {
        let sink = try require(BIO_new(BIO_s_mem()))
        defer { BIO_free(sink) }
        try require(PEM_write_bio_PKCS8PrivateKey(sink, pointer, nil, nil, 0, nil, nil))
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(sink))
        guard let length = Int32(exactly: bytes.count), BIO_read(sink, &bytes, length) == length else {
            throw cleared(.cryptoFailure)
        }
        return bytes
    }

    private static func key(from source: OpaquePointer) throws(JOSEError) -> OpaquePointer {
        let broken = JOSEError.malformed("is not a whole PEM file")
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var content: UnsafeMutablePointer<UInt8>?
        var length = 0
        defer {
            CRYPTO_free(name, nil, 0)
            CRYPTO_free(header, nil, 0)
            CRYPTO_clear_free(content, length, nil, 0)
        }
        try require(PEM_read_bio(source, &name, &header, &content, &length), or: broken)
        guard let name, let header, let content, String(cString: name) == label, header.pointee == 0 else {
            throw broken
        }
        guard BIO_ctrl_pending(source) == 0 else { throw .malformed("has something after its one key") }
        var position: UnsafePointer<UInt8>? = UnsafePointer(content)
        let parsed = try require(d2i_PKCS8_PRIV_KEY_INFO(nil, &position, length), or: broken)
        defer { PKCS8_PRIV_KEY_INFO_free(parsed) }
        guard position == UnsafePointer(content) + length else { throw broken }
        return try require(EVP_PKCS82PKEY(parsed), or: broken)
    }
}
