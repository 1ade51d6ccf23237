import MandateCore

/// Signs tokens with the keys of a ring. One an event loop: it keeps OpenSSL's contexts and the encoded headers.
public final class RingSigner: TokenSigner {
    private struct Ready {
        let signer: Signer
        let headers: [TokenType: TokenHeader]
    }

    private let ring: KeyRing
    private var ready: [KeyID: Ready] = [:]
    /// More keys than this never sign at one time.
    private static let capacity = 16

    public init(_ ring: KeyRing) {
        self.ring = ring
    }

    public func token(_ claims: [UInt8], type: TokenType, key: KeyID) throws(Refusal) -> [UInt8] {
        let ready = try prepared(key)
        guard let header = ready.headers[type] else { throw .unavailable(.signingKey) }
        do throws(JOSEError) {
            return try CompactJWS.token(claims: claims, header: header, signer: ready.signer)
        } catch {
            throw .unavailable(.signingKey)
        }
    }

    /// Asks the ring each time, so that a key taken out of it signs no more.
    private func prepared(_ id: KeyID) throws(Refusal) -> Ready {
        guard let key = ring.key(id) else {
            ready[id] = nil
            throw .unavailable(.signingKey)
        }
        if let known = ready[id] { return known }
        do throws(JOSEError) {
            let headers = TokenType.allCases.map { ($0, TokenHeader(for: key, type: $0.rawValue)) }
            let made = Ready(signer: try Signer(key), headers: Dictionary(uniqueKeysWithValues: headers))
            if ready.count >= Self.capacity { ready.removeAll() }
            ready[id] = made
            return made
        } catch {
            throw .unavailable(.signingKey)
        }
    }
}
