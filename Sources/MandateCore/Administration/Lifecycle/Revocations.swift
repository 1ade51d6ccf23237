/// Ends single delegations and single tokens before their time.
public struct Revocations: Sendable {
    private let administration: any RegistryAdministration

    public init(administration: any RegistryAdministration) {
        self.administration = administration
    }

    /// The link and everything below it are dead when this returns. An agent whose registration link it was gets a new
    /// one at once: what was issued under the old one is dead, new requests work.
    public func revoke(
        _ hash: ChainHash, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            try editor.end(
                try editor.known(hash), .delegationRevoked, because: reason, by: operatorName)
        }
    }

    /// The token is dead when this returns and, when a link was made with it, everything below that. Single access
    /// tokens are not in the store: any that may have been issued by now is taken for one.
    public func revoke(
        _ token: UUIDv7, because reason: PrintableText?, by operatorName: String
    ) async throws(Problem) -> Cut {
        try await administration.changing { (editor) throws(Problem) in
            let chain = try editor.chain(to: token)
            if !chain.isEmpty {
                return try editor.end(chain, .tokenRevoked, because: reason, by: operatorName)
            }
            return try editor.end(token, because: reason, by: operatorName)
        }
    }
}

extension RegistryReader {
    /// The links from the root to the one with this hash, or the problem that there is none.
    public func known(_ hash: ChainHash) throws(Problem) -> [LinkEntry] {
        let chain = try chain(to: hash)
        if chain.isEmpty { throw Problem(.notFound, "there is no delegation \(hash.text)") }
        return chain
    }
}

extension RegistryEditor {
    /// Ends the last link of a chain and all below it. One that has ended already is a success that cuts nothing.
    fileprivate func end(
        _ chain: [LinkEntry], _ event: LedgerEvent, because reason: PrintableText?, by operatorName: String
    ) throws(Problem) -> Cut {
        guard let last = chain.last else { return Cut() }
        switch last.status {
        case .expired, .revoked: return Cut()
        case .live, .dead: break
        }
        let cut = try cut(link: last.link.number)
        try revoke(.link(last.link.number), until: last.expiry ?? now.advanced(bySeconds: Lifetimes.delegationToken))
        try relink(last)
        let holder = try agent(last.delegate)?.agent
        let change = JSONValue.change(of: last.link.hash.text, because: reason, cut)
        try record(event, change, of: holder, by: operatorName) { record in record.name(chain) }
        return cut
    }

    /// Ends one access token.
    fileprivate func end(
        _ token: UUIDv7, because reason: PrintableText?, by operatorName: String
    ) throws(Problem) -> Cut {
        guard token.time <= now else {
            throw Problem(.notFound, "there is no token \(token.text) yet: its id names a time to come")
        }
        let expiry = token.time.advanced(bySeconds: Lifetimes.accessToken)
        let isOver = try isRevoked(token) || expiry <= now
        if isOver { return Cut() }
        try revoke(.token(token.text), until: expiry)
        let cut = Cut(tokens: 1, latestExpiry: Instant(seconds: expiry.seconds))
        try record(.tokenRevoked, .change(of: token.text, because: reason, cut), by: operatorName) { record in
            record.tokenID = token.text
        }
        return cut
    }

    /// Gives the agent a new registration link when `revoked` is its current one.
    func relink(_ revoked: LinkEntry) throws(Problem) {
        guard revoked.expiry == nil, let entry = try agent(revoked.delegate), entry.link == revoked.link.hash,
            entry.agent.status != .decommissioned,
            let capabilities = entry.agent.ownCapabilities ?? entry.type.capabilities
        else { return }
        try link(entry.agent, capabilities: capabilities)
    }
}

extension LedgerRecord {
    fileprivate mutating func name(_ links: [LinkEntry]) {
        guard let first = links.first, let last = links.last else { return }
        principal = first.delegator
        chain = [first.delegator] + links.map(\.delegate.rawValue)
        chainHash = last.link.hash.text
        tokenID = last.tokenID
        taskID = last.task
        expiry = last.expiry
    }
}
