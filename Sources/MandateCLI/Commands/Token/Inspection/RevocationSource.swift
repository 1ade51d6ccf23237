import MandateCore
import MandateJOSE
import MandateVerifier

/// Where verifying commands get a list of revocations from.
enum RevocationSource {
    /// The list in a file or at a URL that one of `keys` signed and that is in force. Without `issuer` it may be anybody's
    /// whose keys these are; it then speaks of that issuer's tokens only.
    static func list(
        at place: String, issuer: Issuer?, keys: JWKS, at now: Instant
    ) async throws -> RevocationList {
        let bytes = try await NamedDocument.bytes(at: place, limit: RevocationList.maximumLength)
        let text = Array(String(decoding: bytes, as: UTF8.self).trimmed.utf8)
        guard let issuer = issuer ?? claimedIssuer(text) else {
            throw CommandFailure("\(place) is no list of revocations: give the answer of /revocations")
        }
        do throws(VerificationFailure) {
            return try RevocationList(text, issuer: issuer, keys: keys, at: now)
        } catch {
            throw CommandFailure("\(place) cannot be relied on (\(error.reason)): give a fresh answer of /revocations")
        }
    }

    /// Whom the list names, before anything is proven.
    private static func claimedIssuer(_ text: [UInt8]) -> Issuer? {
        do throws(JOSEError) {
            let list = try CompactJWS(text, limit: RevocationList.maximumLength)
            return list.payload["iss"]?.string.flatMap { issuer in Issuer(issuer) }
        } catch {
            return nil
        }
    }
}
