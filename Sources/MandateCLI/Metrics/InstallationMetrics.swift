import MandateCore
import MandateMetrics

/// `GET /metrics`: what was counted, and what is asked for when somebody looks.
struct InstallationMetrics: Sendable {
    let registry: MetricsRegistry
    private let administration: any RegistryAdministration
    private let now: @Sendable () -> Instant

    init(
        _ registry: MetricsRegistry, administration: any RegistryAdministration, now: @escaping @Sendable () -> Instant
    ) {
        self.registry = registry
        self.administration = administration
        self.now = now
    }

    /// What cannot be read now is left out; the rest is shown.
    func page() -> [UInt8] {
        registry.page(with: registrySamples() + ProcessFigures.samples())
    }

    private func registrySamples() -> [Sample] {
        do {
            return try administration.reading { (reader) throws(Problem) in
                try Self.keys(reader.keys(), at: now()) + Self.ledger(reader)
                    + [Sample("mandate_approvals_pending", Double(reader.pendingApprovals()))]
            }
        } catch {
            return []
        }
    }

    /// All states of the algorithms in use, so that a key that leaves a state shows as 0 there.
    private static func keys(_ keys: [KeyEntry], at now: Instant) -> [Sample] {
        var samples: [Sample] = []
        for algorithm in Set(keys.map(\.algorithm.rawValue)).sorted() {
            for state in KeyState.allCases where state != .gone {
                let count = keys.count { $0.algorithm.rawValue == algorithm && $0.state == state }
                let labels = [("state", state.rawValue), ("algorithm", algorithm)]
                samples.append(Sample("mandate_keys", labels, Double(count)))
            }
        }
        for key in keys where key.state == .active {
            let age = now.milliseconds - (key.activatedAt ?? key.createdAt).milliseconds
            samples.append(
                Sample("mandate_key_age_seconds", [("algorithm", key.algorithm.rawValue)], Double(age) / 1000))
        }
        return samples
    }

    private static func ledger(_ reader: any RegistryReader) throws(Problem) -> [Sample] {
        let last = try reader.latestRecords(1).last.flatMap { ObservedRecord($0) }?.sequence ?? 0
        var samples = [Sample("mandate_ledger_last_seq", Double(last))]
        for consumer in LedgerConsumer.allCases {
            guard let position = try reader.position(of: consumer) else { continue }
            samples.append(
                Sample("mandate_delivery_position", [("consumer", consumer.rawValue)], Double(position)))
        }
        return samples
    }
}
