import CoreMetrics
import MandateCore
import NIOCore

/// Counts what came of the questions, and how long it took.
struct EngineMetrics: Sendable {
    private let outcomes: [String: Counter]
    private let time: CoreMetrics.Timer

    init(factory: any MetricsFactory) {
        let names = PolicyEffect.allCases.map(\.rawValue) + EngineFailure.names
        let counters = names.map { name in
            (
                name,
                Counter(
                    label: "mandate_policy_engine_questions_total", dimensions: [("outcome", name)], factory: factory)
            )
        }
        outcomes = Dictionary(uniqueKeysWithValues: counters)
        time = CoreMetrics.Timer(label: "mandate_policy_engine_seconds", factory: factory)
    }

    func count(_ answer: EngineAnswer, since began: NIODeadline) {
        let name =
            switch answer {
            case .decided(let decision): decision.effect.rawValue
            case .failed(let failure): failure.name
            }
        outcomes[name]?.increment()
        time.recordNanoseconds((NIODeadline.now() - began).nanoseconds)
    }
}
