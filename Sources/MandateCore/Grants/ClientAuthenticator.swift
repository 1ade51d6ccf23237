/// Proves who the client is, now (RFC 6749 §2.3).
///
/// An unknown client, a wrong secret and an inactive client get one answer for the same work, so that nobody learns
/// which clients exist.
struct ClientAuthenticator {
    let digests: any Digests
    /// Compared with when there is nothing else to compare with. No secret hashes to zeros.
    private let nothing = [UInt8](repeating: 0, count: 32)

    init(digests: any Digests) {
        self.digests = digests
    }

    /// What is known of a client once its credential was looked at.
    enum Finding {
        case authenticated(Registration, ClientUse)
        /// `knownClient` is the claimed id when the registry knows it, for the record.
        case failed(knownClient: AgentID?)
    }

    func authenticate(
        _ credential: ClientCredential, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Finding {
        guard case .secret(let client, let secret, _) = credential else { return .failed(knownClient: nil) }
        let hashes = try registry.secrets(of: client)
        let presented = try digests.sha256(secret)
        let first = digests.equalInConstantTime(presented, hashes?.first ?? nothing)
        let second = digests.equalInConstantTime(presented, hashes?.second ?? nothing)
        guard let hashes else { return .failed(knownClient: nil) }
        guard first || second, let registration = try registry.registration(of: client),
            registration.isActive(at: now)
        else { return .failed(knownClient: client) }
        return .authenticated(registration, first ? hashes.firstUse : hashes.secondUse)
    }
}
