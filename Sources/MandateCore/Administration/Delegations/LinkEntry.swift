/// A link as operators see it: what was handed over, and whether it is still good.
public struct LinkEntry: Hashable, Sendable {
    public let link: StoredLink
    /// The store's number of the link above.
    public let parent: Int64?
    /// Nil for a registration.
    public let expiry: Instant?
    public let status: LinkStatus
    public let delegator: String
    public let delegate: AgentID
    public let task: String?
    /// The token that was made with the link.
    public let tokenID: String?
    /// The document, read.
    let document: JSONValue

    /// Reads a link of the store; nil when its document is none.
    public init?(_ link: StoredLink, parent: Int64?, expiry: Instant?, status: LinkStatus) {
        do throws(JSONError) {
            document = try JSONValue(strict: link.document)
        } catch {
            return nil
        }
        guard let delegator = document["delegator"]?.string,
            let delegate = document["delegate"]?.string.flatMap({ AgentID($0) })
        else { return nil }
        self.link = link
        self.parent = parent
        self.expiry = expiry
        self.status = status
        self.delegator = delegator
        self.delegate = delegate
        task = document["task"]?.string
        tokenID = document["jti"]?.string
    }
}

/// Whether a link is good. What has expired is told first: why it would be dead otherwise no longer matters.
public enum LinkStatus: String, Hashable, Sendable, CaseIterable {
    case live, expired
    /// It was revoked itself.
    case revoked
    /// Something it hangs on is gone: a link above it, its task, its principal, an agent on the way.
    case dead
}
