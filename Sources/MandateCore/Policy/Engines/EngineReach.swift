/// Which requests a policy engine is asked about.
public enum EngineReach: Hashable, Sendable {
    /// There is no engine.
    case nothing
    case everything
    case audiences(Set<AudienceID>)

    /// Whether a request for these audiences is one of them; one of several is enough.
    public func includes(_ targets: some Sequence<AudienceID>) -> Bool {
        switch self {
        case .nothing: false
        case .everything: true
        case .audiences(let audiences): targets.contains { audiences.contains($0) }
        }
    }
}
