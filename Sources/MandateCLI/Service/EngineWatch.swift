import Logging
import MandateCore

/// Says which engine is asked, and warns of audiences that it is to be asked about and that are not registered: a name that
/// is misspelt would keep the engine from ever being asked.
struct EngineWatch {
    private let settings: PolicyEngineSettings
    private let logger: Logger
    private static let pause = Duration.seconds(10)

    /// Nil without an engine.
    init?(_ settings: PolicyEngineSettings?, logger: Logger) {
        guard let settings else { return nil }
        self.settings = settings
        self.logger = logger
    }

    func run(over installation: Assembly.Installation) async {
        logger.notice(
            "a policy engine is asked",
            metadata: ["url": "\(settings.url.text)\(settings.dialect.path)", "about": "\(about)"])
        var known: Set<AudienceID> = []
        while !Task.isCancelled {
            let missing = missing(in: installation)
            for audience in missing.subtracting(known).sorted(by: { $0.rawValue < $1.rawValue }) {
                logger.warning(
                    "policy_engine.audiences names an audience that is not registered; the engine is not asked for it",
                    metadata: ["audience": "\(audience)"])
            }
            known = missing
            do { try await Task.sleep(for: Self.pause) } catch { return }
        }
    }

    private var about: String {
        switch settings.reach {
        case .nothing, .everything: "every audience"
        case .audiences(let audiences): audiences.map(\.rawValue).sorted().joined(separator: " ")
        }
    }

    /// What cannot be looked up is looked up again later.
    private func missing(in installation: Assembly.Installation) -> Set<AudienceID> {
        guard case .audiences(let audiences) = settings.reach else { return [] }
        do {
            return try installation.store.reading { (registry) throws(Problem) in
                var missing = audiences
                for audience in audiences where try registry.audience(audience) != nil { missing.remove(audience) }
                return missing
            }
        } catch {
            return []
        }
    }
}
