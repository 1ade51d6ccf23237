/// One rule: for whom, when, and what then. Data, not code; containment cannot be widened by it.
public struct Policy: Hashable, Sendable {
    public let id: PolicyID
    public let layer: PolicyLayer
    public let when: PolicyConditions
    public let effect: PolicyEffect
    /// Of ``PolicyEffect/allowWithConditions`` only.
    public let obligations: PolicyObligations
    /// Who may approve: `owner`, `principal`, or names of people. Empty: whoever may decide approvals.
    public let approvers: [Label]
    /// What whoever is refused reads.
    public let reason: PrintableText?

    public init(
        id: PolicyID, layer: PolicyLayer = .global, when: PolicyConditions = PolicyConditions(), effect: PolicyEffect,
        obligations: PolicyObligations = .none, approvers: [Label] = [], reason: PrintableText? = nil
    ) {
        self.id = id
        self.layer = layer
        self.when = when
        self.effect = effect
        self.obligations = obligations
        self.approvers = approvers
        self.reason = reason
    }
}
