import MandateJOSE

/// Where verifying commands get keys from.
enum KeySource {
    private static let largest = 1024 * 1024

    /// The key set in a file or at a URL.
    static func keys(at place: String) async throws -> JWKS {
        let bytes = try await NamedDocument.bytes(at: place, limit: largest)
        do throws(JOSEError) {
            return try JWKS(strict: bytes)
        } catch {
            throw CommandFailure("\(place) is no key set (RFC 7517): give the JWKS of the issuer")
        }
    }
}
