import CoreMetrics
import Logging
import MandateCore
import MandateEngine

extension Assembly {
    /// The policy engine that settings name, and what it is asked about; nil when they name none. Whoever takes it shuts
    /// it down.
    static func policyEngine(
        _ settings: PolicyEngineSettings?, metrics: any MetricsFactory, logger: Logger
    ) throws(Problem) -> (engine: HTTPPolicyEngine, consulted: ConsultedEngine)? {
        guard let settings else { return nil }
        let plan = EnginePlan(
            url: settings.url.text, dialect: settings.dialect, authorities: settings.authorities,
            token: settings.tokenFile.map(token))
        let engine = try HTTPPolicyEngine(plan, metrics: metrics, logger: logger)
        return (engine, ConsultedEngine(engine, reach: settings.reach))
    }
}
