import MandateCore

/// Makes the links that registrations leave.
struct LinkMaker: Sendable {
    let issuer: Issuer
    let digests: any Digests
    let random: @Sendable (Int) throws(Refusal) -> [UInt8]

    /// Writes the link by which the owner hands `agent` its capabilities; answers the store's number of it.
    func makeLink(
        for agent: Agent, capabilities: Authority, at now: Instant, in connection: Connection
    ) throws(StoreError) -> Int64 {
        guard let policy = try connection.first("SELECT policy FROM state", map: { row in row.text(0) }) else {
            throw .unreadable("state")
        }
        let (hash, document) = try hashed(
            agent, capabilities: capabilities, policy: PolicyDigest(stored: policy), at: now)
        try connection.run(
            "INSERT INTO link (hash, delegate, document, principal) VALUES (?, ?, ?, ?)", .blob(hash.bytes),
            .text(agent.id.rawValue), .utf8(document), .text(agent.owner.rawValue))
        return connection.lastInsertedRow
    }

    private func hashed(
        _ agent: Agent, capabilities: Authority, policy: PolicyDigest, at now: Instant
    ) throws(StoreError) -> (ChainHash, [UInt8]) {
        do throws(Refusal) {
            guard let chain = ChainID(random: try random(16)) else { throw .unavailable(.registry) }
            let link = Link.registration(
                of: agent, capabilities: capabilities, issuer: issuer, chain: chain, policy: policy, at: now)
            let document = link.document
            return (try ChainHash(ofLink: document, hashing: digests), document)
        } catch {
            throw StoreError(code: 0, message: "no randomness or no SHA-256 for a link")
        }
    }
}
