import Logging
import MandateCore
import MandateMetrics
import MandateTesting
import Synchronization
import Testing

@testable import MandateEngine

/// What became of questions: every call of `answer`, also those there should not be.
final class Asked: Sendable {
    private let calls = Mutex<[(answer: EngineAnswer, at: ContinuousClock.Instant)]>([])

    var answers: [EngineAnswer] { calls.withLock { $0.map(\.answer) } }

    /// Asks `count` questions at once and waits until all are answered; how long the last answer took, which is less than
    /// what a busy machine needs to go on here.
    func ask(_ engine: HTTPPolicyEngine, _ count: Int = 1) async throws -> Duration {
        let began = ContinuousClock.now
        let before = answers.count
        for _ in 0..<count {
            engine.decide(.handOver()) { answer in self.calls.withLock { $0.append((answer, .now)) } }
        }
        while answers.count < before + count {
            guard ContinuousClock.now - began < .seconds(20) else { throw NoAnswer() }
            try await Task.sleep(for: .milliseconds(1))
        }
        let last = calls.withLock { $0.last?.at } ?? .now
        return last - began
    }

    struct NoAnswer: Error {}
}

extension HTTPPolicyEngine {
    /// An engine at `url` for as long as `body` runs.
    static func run(
        at url: String, _ dialect: EngineDialect = .opa(document: "mandate/decision"),
        metrics: MetricsRegistry = MetricsRegistry(families: MetricFamily.mandate),
        authorities: String? = nil, token: (@Sendable () throws(Problem) -> String)? = nil,
        _ body: (HTTPPolicyEngine) async throws -> Void
    ) async throws {
        let engine = try HTTPPolicyEngine(
            EnginePlan(url: url, dialect: dialect, authorities: authorities, token: token), metrics: metrics,
            logger: .silent)
        do {
            try await body(engine)
        } catch {
            await engine.shutDown()
            throw error
        }
        await engine.shutDown()
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
