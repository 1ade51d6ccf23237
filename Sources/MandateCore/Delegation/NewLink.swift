/// A link on its way to the store, in the same transaction as the record of its token.
public struct NewLink: Hashable, Sendable {
    public let hash: ChainHash
    public let document: [UInt8]
    public let delegate: AgentID
    /// The name of the chain's principal.
    public let principal: Label
    public let task: TaskID?
    public let tokenID: String
    public let expiry: Instant

    /// Nil for a registration, which the registry makes itself.
    init?(_ link: Link, hash: ChainHash, document: [UInt8]) {
        guard let tokenID = link.tokenID, let expiry = link.expiry else { return nil }
        self.hash = hash
        self.document = document
        delegate = link.delegate
        principal = link.principal.name
        task = link.task
        self.tokenID = tokenID
        self.expiry = expiry
    }
}
