/// Proven authority: who acts, on whose behalf, with which scopes, until when. Not yet a token.
///
/// There is no way to a mandate but from a registration, and no way from one mandate to another but a smaller one.
public struct Mandate: Equatable, Sendable {
    public let holder: Registration
    public let principal: Principal
    /// The hash of the last link and how many agents the chain has.
    public let chain: ChainHash
    public let depth: Int
    public let authority: Authority
    public let task: TaskID?
    /// When the mandate itself ends; nil when only the token's own limit applies.
    public let expiry: Instant?

    private init(
        holder: Registration, principal: Principal, chain: ChainHash, depth: Int, authority: Authority, task: TaskID?,
        expiry: Instant?
    ) {
        self.holder = holder
        self.principal = principal
        self.chain = chain
        self.depth = depth
        self.authority = authority
        self.task = task
        self.expiry = expiry
    }

    /// What an agent holds by its own registration: its capabilities now, handed to it by its owner. An agent without any
    /// cannot be registered, so one that has none means a registry that cannot be trusted.
    public static func held(by registration: Registration, for task: TaskID?) throws(Refusal) -> Mandate {
        guard let capabilities = registration.capabilities else { throw .unavailable(.registry) }
        return Mandate(
            holder: registration, principal: .owner(registration.agent.owner), chain: registration.link.hash, depth: 1,
            authority: capabilities, task: task, expiry: registration.agent.expiresAt)
    }

    /// The ids from the principal to the holder.
    public var path: [String] { [principal.name.rawValue, holder.agent.id.rawValue] }
}
