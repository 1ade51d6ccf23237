/// Which scopes a token gets: what was asked for, or the audience's defaults; refused whole, never narrowed in silence.
struct ScopeDecision {
    let audience: Audience
    let mandate: Mandate

    func scopes(for asked: ScopeSet.Reading, record: inout LedgerRecord) throws(Refusal) -> ScopeSet {
        let scopes = try wanted(asked)
        record.requested = scopes
        if let unknown = audience.catalogue.firstUnknown(of: scopes) { throw .scopeUnknown(unknown, audience.id) }
        guard let held = mandate.authority.scopes(for: audience.id) else { throw .audienceNotHeld(audience.id) }
        if let excess = held.firstUncovered(of: scopes) { throw .exceedsCapability(excess, audience.id) }
        return scopes
    }

    private func wanted(_ asked: ScopeSet.Reading) throws(Refusal) -> ScopeSet {
        switch asked {
        case .scopes(let scopes): return scopes
        case .malformed(let word): throw .scopeMalformed(word)
        case .absent:
            guard let defaults = audience.defaultScopes else { throw .scopeMissing(audience.id) }
            return defaults
        }
    }
}
