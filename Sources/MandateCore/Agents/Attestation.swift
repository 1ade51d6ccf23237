/// How, by what and when it was last proven that an agent is what its record says.
public struct Attestation: Hashable, Sendable {
    /// How, such as `k8s_psat`, `aws_iid` or `manual`.
    public let method: Label
    /// By what: the system or person that checked.
    public let attestor: PrintableText?
    /// What was found: an id or a digest, not the document itself.
    public let evidence: PrintableText?
    public let reason: PrintableText?
    /// The operator who told it.
    public let by: String
    public let at: Instant

    /// An operator's word, when nothing else is said.
    public static let manual = Label(checked: "manual")

    public init(
        method: Label, attestor: PrintableText? = nil, evidence: PrintableText? = nil, reason: PrintableText? = nil,
        by operatorName: String, at now: Instant
    ) {
        self.method = method
        self.attestor = attestor
        self.evidence = evidence
        self.reason = reason
        by = operatorName
        at = now
    }
}

/// When, by whom and why an agent got the status it has.
public struct StatusNote: Hashable, Sendable {
    public let at: Instant
    public let by: String
    public let reason: PrintableText?

    public init(at now: Instant, by operatorName: String, because reason: PrintableText?) {
        at = now
        by = operatorName
        self.reason = reason
    }
}
