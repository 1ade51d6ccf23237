import AsyncHTTPClient
public import CoreMetrics
public import Logging
public import MandateCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A policy engine that is asked over HTTP. Half a second a question, all waiting included; what is no clear answer fails.
public final class HTTPPolicyEngine: PolicyEngine {
    private let dialect: EngineDialect
    private let request: HTTPClient.Request
    private let client: HTTPClient
    private let loop: any EventLoop
    private let gate = QuestionGate(most: connections + mostWaiting, mostOfClient: mostOfClient)
    private let questions = Mutex(Questions())
    private let token: BearerToken?
    private let metrics: EngineMetrics
    private let notes: FailureNotes

    private static let answerWithin = TimeAmount.milliseconds(500)
    private static let connections = 8
    private static let mostWaiting = 1024
    private static let mostOfClient = 256

    private struct Questions {
        var queue = QuestionQueue()
        var underWay = 0
        private var isAsking = false

        /// Whether nobody else is at it.
        mutating func begin() -> Bool {
            defer { isAsking = true }
            return !isAsking
        }

        /// The next one, when there is a connection for it; else nobody is at it any more.
        mutating func next(most: Int) -> QuestionQueue.Question? {
            guard underWay < most, let next = queue.popFirst() else {
                isAsking = false
                return nil
            }
            underWay += 1
            return next
        }
    }

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
        let client = question.client.agent.id
        if let refusal = gate.enter(client) { return finish(.failed(refusal)) }
        loop.execute { [self] in
            let waiting = QuestionQueue.Question(
                body: dialect.body(of: question), deadline: began + Self.answerWithin
            ) { [gate] said in
                gate.leave(client)
                finish(said)
            }
            questions.withLock { $0.queue.append(waiting, of: client) }
            askNext()
        }
    }

    /// Asks as many of those that wait as there are connections. What comes at once is asked for by the loop that is under way.
    private func askNext() {
        guard questions.withLock({ $0.begin() }) else { return }
        while let next = questions.withLock({ $0.next(most: Self.connections) }) {
            let finish: @Sendable (EngineAnswer) -> Void = { [self] said in
                questions.withLock { $0.underWay -= 1 }
                next.finish(said)
                askNext()
            }
            guard NIODeadline.now() < next.deadline else {
                finish(.failed(.timeout))
                continue
            }
            ask(next.body, until: next.deadline, isAgain: false, finish: finish)
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
