import MandateCore
import Synchronization

/// Quotas that are used up where a test says so, and a note of what was taken.
public final class FakeQuotas: QuotaTable {
    private let taken = Mutex<[[Quotas.Entry]]>([])
    private let empty: Set<AudienceID>

    public init(empty: Set<AudienceID> = []) {
        self.empty = empty
    }

    /// What was asked for, in order.
    public var asked: [[Quotas.Entry]] { taken.withLock { $0 } }

    public func take(from quotas: [Quotas.Entry], for agent: AgentID) throws(Refusal) {
        taken.withLock { $0.append(quotas) }
        if let entry = quotas.first(where: { empty.contains($0.audience) }) {
            throw .quotaExceeded(entry.audience, retryAfter: 7)
        }
    }
}
