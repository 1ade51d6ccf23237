/// A link on its way to the store, in the same transaction as the record of its token.
public struct NewLink: Hashable, Sendable {
    public let hash: ChainHash
    public let document: [UInt8]
    public let delegate: AgentID
    /// The name of the chain's principal.
    public let principal: Label
    public let task: TaskID?
    /// Nil for a registration, which has no token of its own and no end.
    public let tokenID: String?
    public let expiry: Instant?

    init(_ link: Link, hash: ChainHash, document: [UInt8]) {
        self.hash = hash
        self.document = document
        delegate = link.delegate
        principal = link.principal.name
        task = link.task
        tokenID = link.tokenID
        expiry = link.expiry
    }
}
