/// Which scopes a token gets: what was asked for, or the audiences' defaults; refused whole, never narrowed.
struct ScopeDecision {
    let asked: ScopeSet.Reading
    let bounds: Bounds

    /// For an access token, which is for one audience.
    func scopes(at audience: Audience, record: inout LedgerRecord) throws(Refusal) -> ScopeSet {
        let scopes: ScopeSet
        switch asked {
        case .scopes(let named): scopes = named
        case .malformed(let word): throw .scopeMalformed(word)
        case .absent: scopes = try defaults(of: audience)
        }
        record.requested = scopes
        try bounds.check(scopes, at: audience)
        return scopes
    }

    /// For a delegation token: each scope goes to every audience whose catalogue covers it, and each audience gets one.
    func authority(at audiences: [Audience], record: inout LedgerRecord) throws(Refusal) -> Authority {
        var entries: [Authority.Entry] = []
        switch asked {
        case .malformed(let word): throw .scopeMalformed(word)
        case .absent:
            for audience in audiences {
                entries.append(Authority.Entry(audience: audience.id, scopes: try defaults(of: audience)))
            }
            record.requested = ScopeSet(entries.flatMap(\.scopes.scopes))
        case .scopes(let named):
            record.requested = named
            for scope in named.scopes where audiences.allSatisfy({ $0.catalogue.knows(scope) == false }) {
                throw audiences.first.map { .scopeUnknown(scope, $0.id) } ?? .audienceMissing
            }
            for audience in audiences {
                guard let scopes = ScopeSet(named.scopes.filter(audience.catalogue.knows)) else {
                    throw .scopeMissing(audience.id)
                }
                entries.append(Authority.Entry(audience: audience.id, scopes: scopes))
            }
        }
        for (entry, audience) in zip(entries, audiences) { try bounds.check(entry.scopes, at: audience) }
        guard let authority = Authority(entries) else { throw .audienceMissing }
        return authority
    }

    /// The same for what a request asked for that was kept.
    func authority(
        _ kept: Authority, at audiences: [Audience], record: inout LedgerRecord
    ) throws(Refusal) -> Authority {
        record.requested = kept.allScopes
        for audience in audiences {
            guard let scopes = kept.scopes(for: audience.id) else { throw .scopeMissing(audience.id) }
            try bounds.check(scopes, at: audience)
        }
        return kept
    }

    private func defaults(of audience: Audience) throws(Refusal) -> ScopeSet {
        guard let defaults = audience.defaultScopes else { throw .scopeMissing(audience.id) }
        return defaults
    }
}
