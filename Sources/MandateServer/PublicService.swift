public import CoreMetrics
import Logging
import MandateCore
public import Tracing

/// What the public listener serves and with what.
public struct PublicService: Sendable {
    let issuer: Issuer
    let ledger: any Ledger
    let digests: any Digests
    let now: @Sendable () -> Instant
    let logger: Logger
    let metrics: any MetricsFactory
    let tracer: any Tracer
    let revocations: RevocationsEndpoint
    /// Makes the equipment of one event loop; called once on each.
    let equip: @Sendable () throws(Problem) -> Equipment

    /// - Parameters:
    ///   - metrics: Where requests are counted.
    ///   - tracer: Continues the traces of callers; by default it says their spans in the log.
    ///   - spanIDs: Random numbers other than zero, for the ids of those spans.
    ///   - listing: What is revoked at a moment; called on a thread of its own.
    ///   - sign: A compact JWS `revocations+jwt` over claims; called there too.
    public init(
        issuer: Issuer, ledger: any Ledger, digests: any Digests, now: @escaping @Sendable () -> Instant,
        logger: Logger, metrics: any MetricsFactory, tracer: (any Tracer)? = nil,
        spanIDs: @escaping @Sendable () -> UInt64,
        listing: @escaping @Sendable (Instant) throws(Refusal) -> RevocationListing,
        sign: @escaping @Sendable (_ claims: [UInt8], _ key: KeyID) throws(Refusal) -> [UInt8],
        equip: @escaping @Sendable () throws(Problem) -> Equipment
    ) {
        self.issuer = issuer
        self.ledger = ledger
        self.digests = digests
        self.now = now
        self.logger = logger
        self.metrics = metrics
        self.tracer = tracer ?? LogTracer(logger: logger, ids: spanIDs)
        revocations = RevocationsEndpoint(
            issuer: issuer, digests: digests, source: RevocationsEndpoint.Source(listing: listing, sign: sign))
        self.equip = equip
    }
}
