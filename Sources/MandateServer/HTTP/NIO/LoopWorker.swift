import Logging
import MandateCore
import NIOCore
import Tracing

/// What all connections of one event loop share: the desk, the published keys, the table of connections.
final class LoopWorker {
    let loop: any EventLoop
    let desk: TokenDesk
    let routes: Routes
    let endpoint: ClientEndpoint
    private let service: TokenService
    private let revocations: RevocationsEndpoint
    let connections: ConnectionTable
    let turnstile: Turnstile
    let metrics: LoopMetrics
    let tracer: any Tracer
    private let logger: Logger
    private let registry: any Registry
    private let ledger: any Ledger
    private let now: @Sendable () -> Instant
    private var keys: KeysEndpoint
    private var date = HTTPDate()
    private var large: (body: [UInt8], buffer: ByteBuffer)?

    init(
        loop: any EventLoop, service: PublicService, equipment: Equipment, failures: FailureLog, excess: QuotaLog,
        capacity: Int
    ) {
        self.loop = loop
        routes = Routes(metadata: MetadataEndpoint(issuer: service.issuer))
        metrics = LoopMetrics(service.metrics)
        tracer = service.tracer
        logger = service.logger
        connections = ConnectionTable(capacity: capacity, open: metrics.connections)
        turnstile = Turnstile(loop: loop, logger: service.logger)
        registry = equipment.registry
        ledger = service.ledger
        now = service.now
        keys = KeysEndpoint(digests: service.digests)
        endpoint = ClientEndpoint(digests: service.digests)
        revocations = service.revocations
        let judge = TokenService(
            issuer: service.issuer, digests: service.digests, verifier: equipment.verifier, random: equipment.random,
            quotas: equipment.quotas, paces: equipment.paces, engine: equipment.engine)
        self.service = judge
        desk = TokenDesk(
            service: judge, equipment: equipment, ledger: service.ledger, failures: failures, excess: excess,
            now: service.now, metrics: metrics, loop: DeskLoop(loop: loop))
        // Keys are read before the first connection, so that they can be served when the registry cannot be read.
        _ = keysResponse(to: nil)
    }

    /// A large body as a buffer: the same one for everybody who is sent the same bytes, so that slow readers cost no copy.
    func shared(_ body: [UInt8]) -> ByteBuffer {
        if let large, large.body.sharesStorage(with: body) { return large.buffer }
        let buffer = ByteBuffer(bytes: body)
        large = (body, buffer)
        return buffer
    }

    /// The `Date` of answers.
    func dateText() -> String { date.text(at: now()) }

    func keysResponse(to request: HTTPRequest?) -> HTTPResponse {
        do throws(Refusal) {
            let refreshed = try registry.reading { view in
                Result { () throws(Refusal) in try keys.refresh(from: view) }
            }
            try refreshed.get()
        } catch {
            // The document known last is still good for verifiers.
        }
        guard let request else { return HTTPResponse(status: 200) }
        return keys.respond(to: request)
    }

    /// Counts an answer, and says it in the log when it is a refusal that nobody else says.
    func report(_ response: HTTPResponse, to kind: RequestKind, from address: String, in span: RequestSpan?) {
        metrics.count(kind, status: response.status, refusal: response.refusal)
        guard let refusal = response.refusal, !refusal.isSaidTogether, logger.logLevel <= .info else { return }
        var line: Logger.Metadata = [
            "reason": "\(refusal.reason)", "request_id": "\(refusal.requestID ?? "-")", "status": "\(response.status)",
            "endpoint": "\(kind.endpoint.label)", "address": "\(address)",
        ]
        if let client = refusal.clientID { line["client_id"] = "\(client)" }
        if let audience = refusal.audience { line["audience"] = "\(audience)" }
        if let span {
            line["trace_id"] = "\(span.traceID)"
            if let id = span.spanID { line["span_id"] = "\(id)" }
        }
        logger.info("refused", metadata: line)
    }

    /// Answers `GET /delegations/{hash}`.
    func chainResponse(to request: HTTPRequest, hash: String) -> HTTPResponse {
        let bearer = ChainEndpoint.bearer(of: request)
        do throws(Refusal) {
            let answer = try registry.reading { view in
                service.links(behind: hash, for: bearer, in: view, at: now())
            }
            return ChainEndpoint.response(to: answer)
        } catch {
            return OAuthError(error).response(requestID: nil)
        }
    }

    /// Answers `GET /revocations`; the list is made on another thread.
    func revocationsResponse(to request: HTTPRequest, _ answer: @escaping (HTTPResponse) -> Void) {
        let mark: RevocationListing.Mark
        do throws(Refusal) {
            mark = try registry.reading { view in
                RevocationListing.Mark(epoch: view.epoch, revocations: view.revocations)
            }
        } catch {
            return answer(OAuthError(error).response(requestID: nil))
        }
        let bound = NIOLoopBound(answer, eventLoop: loop)
        revocations.respond(to: request, mark: mark, at: now()) { [loop] response in
            loop.execute { bound.value(response) }
        }
    }

    /// Answers `/readyz`: whether a token could be signed and recorded now.
    func readiness(_ answer: @escaping (HTTPResponse) -> Void) {
        guard hasSigningKey() else { return answer(Self.notReady("there is no active signing key")) }
        let bound = NIOLoopBound(answer, eventLoop: loop)
        ledger.probe { [loop] healthy in
            loop.execute {
                bound.value(healthy ? Self.ready : Self.notReady("the ledger cannot be written"))
            }
        }
    }

    private func hasSigningKey() -> Bool {
        do throws(Refusal) {
            let found = try registry.reading { view in
                Result { () throws(Refusal) in try view.activeKey(for: .es256) }
            }
            return try found.get() != nil
        } catch {
            return false
        }
    }

    private static let ready = HTTPResponse(status: 200, body: Array("{\"status\":\"ready\"}".utf8))

    private static func notReady(_ why: String) -> HTTPResponse {
        let body: JSONValue = ["status": "not ready", "detail": .string(why)]
        return HTTPResponse(
            status: 503, fields: [HTTPResponse.Field(name: "Retry-After", value: "1")], body: body.canonical)
    }
}

/// Runs the desk's work on its event loop.
private struct DeskLoop: TokenDesk.Loop {
    let loop: any EventLoop

    /// Tasks run when the sockets that were ready in this tick have been read: that is what makes a batch.
    func later(_ desk: TokenDesk, _ work: @escaping @Sendable (TokenDesk) -> Void) {
        remote(desk)(work)
    }

    func remote(_ desk: TokenDesk) -> @Sendable (@escaping @Sendable (TokenDesk) -> Void) -> Void {
        let bound = NIOLoopBound(desk, eventLoop: loop)
        return { [loop] work in
            loop.execute { work(bound.value) }
        }
    }
}

extension [UInt8] {
    /// Whether both are the same bytes because they are in the same place.
    fileprivate func sharesStorage(with other: [UInt8]) -> Bool {
        count == other.count
            && withUnsafeBytes { mine in other.withUnsafeBytes { theirs in mine.baseAddress == theirs.baseAddress } }
    }
}
