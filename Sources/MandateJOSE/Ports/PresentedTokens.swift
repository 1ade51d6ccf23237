import MandateCore

/// Proves the tokens that are presented to the service. One an event loop.
///
/// Verifying a signature costs three times what making one does, and the same delegation token comes again and again; so
/// own tokens that were proven are recognised by their SHA-256. That stands for the signature only: whether the key is
/// still published is asked each time, and everything else is not asked here.
public final class PresentedTokens: TokenVerifier {
    private let foreign: ForeignTokenVerifier
    private var proven: [Fingerprint: OwnToken] = [:]
    /// How many bytes of tokens are remembered at most.
    private static let capacity = 8 << 20
    private var remembered = 0
    private var keys = Published(epoch: Epoch(-1), set: nil, ids: [])

    /// The keys that the registry publishes at one epoch.
    private struct Published {
        let epoch: Epoch
        let set: JWKS?
        let ids: Set<KeyID>
    }

    public init(foreign: ForeignTokenVerifier) {
        self.foreign = foreign
    }

    public func own(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> OwnToken {
        let keys = try published(in: registry)
        let fingerprint = try Fingerprint(of: token)
        let found: OwnToken
        if let known = proven[fingerprint] {
            found = known
        } else {
            found = try prove(token, with: keys)
            remembered += token.count
            if remembered > Self.capacity {
                proven.removeAll(keepingCapacity: true)
                remembered = token.count
            }
            proven[fingerprint] = found
        }
        guard keys.ids.contains(found.key) else { throw .unusable }
        return found
    }

    private func prove(_ text: [UInt8], with keys: Published) throws(TokenFault) -> OwnToken {
        guard let set = keys.set else { throw .unusable }
        let token: CompactJWS
        do throws(JOSEError) {
            token = try CompactJWS(text)
            try token.verify(with: set, types: [TokenType.accessToken.rawValue, TokenType.delegation.rawValue])
        } catch {
            throw error == .cryptoFailure ? .unavailable(.cryptography) : .unusable
        }
        guard let type = TokenType.allCases.first(where: { $0.rawValue == token.header.type }),
            let key = token.header.kid.flatMap({ KeyID($0) }),
            let own = OwnToken(type: type, key: key, claims: token.payload)
        else { throw .unusable }
        return own
    }

    public func names(_ issuer: Issuer, in token: [UInt8]) -> Bool {
        do {
            if try proven[Fingerprint(of: token)] != nil { return true }
            return try CompactJWS(token).payload["iss"] == .string(issuer.rawValue)
        } catch {
            return false
        }
    }

    public func foreign(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> ForeignToken {
        try foreign.foreign(token, in: registry)
    }

    private func published(in registry: any RegistryView) throws(TokenFault) -> Published {
        if keys.epoch == registry.epoch, keys.set != nil { return keys }
        let documents: [JSONValue]
        do throws(Refusal) {
            documents = try registry.publishedKeys()
        } catch {
            throw .unavailable(.registry)
        }
        do throws(JOSEError) {
            var parsed: [JWK] = []
            for document in documents { parsed.append(try JWK(document)) }
            keys = Published(
                epoch: registry.epoch, set: try JWKS(parsed),
                ids: Set(parsed.compactMap(\.kid).compactMap { KeyID($0) }))
        } catch {
            throw .unavailable(.cryptography)
        }
        return keys
    }
}

/// The SHA-256 of a token.
private struct Fingerprint: Hashable {
    private let words: SIMD4<UInt64>

    init(of token: [UInt8]) throws(TokenFault) {
        let digest: [UInt8]
        do throws(JOSEError) {
            digest = try SHA256.hash(token)
        } catch {
            throw .unavailable(.cryptography)
        }
        guard digest.count == 32 else { throw .unavailable(.cryptography) }
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }
}
