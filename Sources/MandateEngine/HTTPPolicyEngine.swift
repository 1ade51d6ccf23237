import AsyncHTTPClient
public import CoreMetrics
public import Logging
public import MandateCore
import NIOCore
import NIOPosix
import NIOSSL

/// A policy engine that is asked over HTTP. Half a second a question, all waiting included; what is no clear answer fails.
public final class HTTPPolicyEngine: PolicyEngine {
    private let dialect: EngineDialect
    private let request: HTTPClient.Request
    private let client: HTTPClient
    private let loop: any EventLoop
    private let gate = QuestionGate(most: connections + mostWaiting)
    private let token: BearerToken?
    private let metrics: EngineMetrics
    private let notes: FailureNotes

    private static let answerWithin = TimeAmount.milliseconds(500)
    private static let connections = 8
    private static let mostWaiting = 1024

    /// Reads the certificates and the token once, so that a mistake stops the start. Connects to nothing yet.
    public init(_ plan: EnginePlan, metrics: any MetricsFactory, logger: Logger) throws(Problem) {
        dialect = plan.dialect
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try Self.tls(plan.authorities)
        // Questions go where the operator said and nowhere else.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = Self.answerWithin
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connections
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        do {
            request = try HTTPClient.Request(
                url: plan.url + plan.dialect.path, method: .POST,
                headers: [
                    "Content-Type": "application/json", "Accept": "application/json",
                    "User-Agent": "mandate/\(Product.version)",
                ])
        } catch {
            throw Problem(
                .invalid, field: "policy_engine.url",
                "cannot be used (\(error)): write http://host:port or https://host/path")
        }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        token = try plan.token.map { (read) throws(Problem) in
            try BearerToken(read: read, on: loop, logger: logger)
        }
        self.loop = loop
        client = HTTPClient(eventLoopGroup: loop, configuration: configuration)
        self.metrics = EngineMetrics(factory: metrics)
        notes = FailureNotes(logger: logger)
    }

    /// A start that fails later on lets go of the engine without a word.
    deinit { client.shutdown { _ in } }

    public func decide(_ question: EngineQuestion, answer: @escaping @Sendable (EngineAnswer) -> Void) {
        let began = NIODeadline.now()
        let finish: @Sendable (EngineAnswer) -> Void = { [metrics, notes] said in
            metrics.count(said, since: began)
            notes.note(said)
            answer(said)
        }
        if let refusal = gate.enter() { return finish(.failed(refusal)) }
        loop.execute { [self] in
            ask(dialect.body(of: question), until: began + Self.answerWithin, isAgain: false) { [gate] said in
                gate.leave()
                finish(said)
            }
        }
    }

    /// Lets go of all connections; what still waits for an answer fails at once.
    public func shutDown() async {
        gate.close()
        token?.stop()
        do {
            try await client.shutdown()
        } catch {
            // It was shut down before, or a connection did not close: nobody waits for either.
        }
    }

    private func ask(
        _ body: [UInt8], until deadline: NIODeadline, isAgain: Bool, finish: @escaping @Sendable (EngineAnswer) -> Void
    ) {
        var request = request
        request.body = .bytes(body)
        if let token { request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token.value)") }
        let answer = BoundedAnswer()
        client.execute(request: request, delegate: answer, deadline: deadline).futureResult.whenComplete { [self] in
            let failure: EngineFailure
            do {
                return finish(.decided(try dialect.decision(in: $0.get())))
            } catch {
                failure = EngineFailure(error)
            }
            // An engine may close a kept connection at the moment it is used again. Asking twice changes nothing there.
            if failure == .closed, !isAgain, !answer.hasBegun {
                return ask(body, until: deadline, isAgain: true, finish: finish)
            }
            finish(.failed(failure))
        }
    }

    private static func tls(_ authorities: String?) throws(Problem) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let authorities else { return configuration }
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
        } catch {
            throw Problem(
                .invalid, field: "policy_engine.ca",
                "\(authorities) cannot be used (\(error)): give a PEM file with certificates")
        }
        return configuration
    }
}
