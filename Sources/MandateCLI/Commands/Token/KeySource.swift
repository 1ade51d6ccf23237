import MandateCore
import MandateJOSE
import MandateVerifier

/// Where verifying commands get keys from.
enum KeySource {
    private static let largest = 1024 * 1024

    /// The key set in a file or at a URL.
    static func keys(at place: String) async throws -> JWKS {
        let bytes =
            if Web.isAddress(place) {
                try await Web.document(at: place, limit: largest)
            } else {
                try FileBytes.read(place, limit: largest)
            }
        do throws(JOSEError) {
            return try JWKS(strict: bytes)
        } catch {
            throw CommandFailure("\(place) is no key set (RFC 7517): give the JWKS of the issuer")
        }
    }
}

/// The links of a chain in a file, as `/delegations/{hash}` answers them.
enum ChainFile {
    static func proof(at path: String) throws(CommandFailure) -> ChainProof {
        let bytes = try FileBytes.read(path, limit: 1024 * 1024)
        do throws(ChainFailure) {
            return try ChainProof(document: bytes)
        } catch {
            throw CommandFailure("\(path) proves no chain (\(error.reason)): give the answer of /delegations/{hash}")
        }
    }
}
