/// What agents have left of their quotas: one table for all who judge requests, exact among them.
public protocol QuotaTable: Sendable {
    /// Takes a token of `agent` from each of these quotas; from none, and refuses, when one of them has no token left.
    func take(from quotas: [Quotas.Entry], for agent: AgentID) throws(Refusal)
}

extension TokenService {
    /// Lets the client pay for a request, whatever becomes of it, at each audience where it has a quota.
    func charge(_ client: Registration, for audiences: [Audience]) throws(Refusal) {
        var entries: [Quotas.Entry] = []
        for audience in audiences {
            if let quota = client.quota(at: audience) {
                entries.append(Quotas.Entry(audience: audience.id, quota: quota))
            }
        }
        if !entries.isEmpty { try quotas.take(from: entries, for: client.agent.id) }
    }
}

extension Registration {
    /// The agent's own quota, or else its type's, or else the audience's; nil when there is no limit.
    func quota(at audience: Audience) -> Quota? {
        agent.quotas?[audience.id] ?? type.quotas?[audience.id] ?? audience.quota
    }
}
