import Logging
import MandateCore

/// What the public listener serves and with what.
public struct PublicService: Sendable {
    let issuer: Issuer
    let ledger: any Ledger
    let digests: any Digests
    let now: @Sendable () -> Instant
    let logger: Logger
    let revocations: RevocationsEndpoint
    /// Makes the equipment of one event loop; called once on each.
    let equip: @Sendable () throws(Problem) -> Equipment

    /// - Parameters:
    ///   - listing: What is revoked at a moment; called on a thread of its own.
    ///   - sign: A compact JWS `revocations+jwt` over claims; called there too.
    public init(
        issuer: Issuer, ledger: any Ledger, digests: any Digests, now: @escaping @Sendable () -> Instant,
        logger: Logger, listing: @escaping @Sendable (Instant) throws(Refusal) -> RevocationListing,
        sign: @escaping @Sendable (_ claims: [UInt8], _ key: KeyID) throws(Refusal) -> [UInt8],
        equip: @escaping @Sendable () throws(Problem) -> Equipment
    ) {
        self.issuer = issuer
        self.ledger = ledger
        self.digests = digests
        self.now = now
        self.logger = logger
        revocations = RevocationsEndpoint(
            issuer: issuer, digests: digests, source: RevocationsEndpoint.Source(listing: listing, sign: sign))
        self.equip = equip
    }
}

/// PEM files of the listener's certificate chain and its private key.
public struct TLSFiles: Hashable, Sendable {
    public let certificate: String
    public let key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
