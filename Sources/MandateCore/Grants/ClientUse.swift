/// Which client proved itself, and with which of its secrets, by the store's numbers.
public struct ClientUse: Hashable, Sendable {
    public let agent: Int64
    public let secret: Int64

    public init(agent: Int64, secret: Int64) {
        self.agent = agent
        self.secret = secret
    }
}
