import Logging
import MandateCore
import MandateMetrics
import MandateTesting
import Synchronization
import Testing

@testable import MandateEngine

/// What became of questions: every call of `answer`, also those there should not be.
final class Asked: Sendable {
    private let calls = Mutex<[EngineAnswer]>([])

    var answers: [EngineAnswer] { calls.withLock { $0 } }

    /// Asks `count` questions at once and waits until all are answered; how long that took.
    func ask(_ engine: HTTPPolicyEngine, _ count: Int = 1) async throws -> Duration {
        let began = ContinuousClock.now
        let before = answers.count
        for _ in 0..<count {
            engine.decide(.handOver()) { answer in self.calls.withLock { $0.append(answer) } }
        }
        while answers.count < before + count {
            guard ContinuousClock.now - began < .seconds(20) else { throw NoAnswer() }
            try await Task.sleep(for: .milliseconds(1))
        }
        return ContinuousClock.now - began
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
