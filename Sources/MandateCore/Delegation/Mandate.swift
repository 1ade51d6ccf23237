/// Proven authority: who acts, on whose behalf, with which scopes, until when. Not yet a token.
///
/// There are three ways to a mandate: an agent's own registration, a chain of the store whose standing was proven, and
/// ``HandOver``, which only shrinks. The initializer is private to this file on purpose. A class, because copying its many
/// parts would cost more than judging it; it never changes.
final class Mandate: Sendable {
    let holder: Registration
    let principal: Principal
    let chain: ChainSummary
    let authority: Authority
    let task: TaskID?
    /// When the mandate itself ends; nil when only the token's own limit applies.
    let expiry: Instant?
    /// Every agent on the chain as it is now, root first and the holder last; empty for a registration, whose authority
    /// is what the registry says now.
    let agents: [Registration]
    /// The links that came with this mandate and are not in the store yet, in order.
    let newLinks: [NewLink]
    /// The last link, for who continues the chain; nil for a registration.
    let last: DelegationChain?

    fileprivate init(
        holder: Registration, principal: Principal, chain: ChainSummary, authority: Authority, task: TaskID?,
        expiry: Instant?, agents: [Registration] = [], newLinks: [NewLink] = [], last: DelegationChain? = nil
    ) {
        self.holder = holder
        self.principal = principal
        self.chain = chain
        self.authority = authority
        self.task = task
        self.expiry = expiry
        self.agents = agents
        self.newLinks = newLinks
        self.last = last
    }

    /// What an agent holds by its own registration: its capabilities now, handed to it by its owner. An agent without any
    /// cannot be registered, so one that has none means a registry that cannot be trusted.
    static func held(by registration: Registration, for task: TaskStanding?) throws(Refusal) -> Mandate {
        guard let capabilities = registration.capabilities else { throw .unavailable(.registry) }
        return Mandate(
            holder: registration, principal: .owner(registration.agent.owner), chain: registration.chain,
            authority: capabilities, task: task?.id,
            expiry: earliest(registration.agent.expiresAt, task?.deadline))
    }

    /// Whether it is a registration whose link was made under other policies than those of `digest`.
    func isOutdated(under digest: PolicyDigest) -> Bool { last == nil && holder.policy != digest }

    /// The same registration under a link of its own for the policies in force: a token names the policies it was judged
    /// under.
    func renewed(_ terms: LinkTerms) throws(Refusal) -> Mandate {
        let link = Link.registration(
            of: holder.agent, capabilities: authority, issuer: terms.issuer, chain: try terms.newChain(),
            policy: terms.policy, approval: terms.approval, at: terms.now)
        let document = link.document
        let hash = try ChainHash(ofLink: document, hashing: terms.digests)
        return Mandate(
            holder: holder, principal: principal,
            chain: ChainSummary(
                hash: hash, depth: 1, path: holder.chain.path, documents: [document], links: []),
            authority: authority, task: task, expiry: expiry,
            newLinks: [NewLink(link, hash: hash, document: document)])
    }

    /// What the holder of a chain has, once its standing was proven.
    static func held(under standing: ChainStanding) -> Mandate {
        let chain = standing.chain
        return Mandate(
            holder: standing.holder, principal: chain.link.principal, chain: chain.summary,
            authority: chain.link.authority, task: standing.task?.id, expiry: standing.expiry,
            agents: standing.agents, last: chain)
    }
}

/// A hand-over that may happen: whoever gives may give, and whoever receives may receive. What is handed over is still to
/// be said, and can only be less than what is held (docs/architecture.md).
final class HandOver: Sendable {
    enum Giver: Sendable {
        /// The holder of a chain hands on.
        case holder(Mandate)
        /// A person starts a chain.
        case person(Person)
        /// An agent acting for itself starts a chain of its own: the owner hands over.
        case owner(Mandate)
    }

    let giver: Giver
    /// The agents that are on the chain already, root first.
    let earlier: [Registration]
    /// The agents that join it, one link each.
    let delegates: [Registration]
    let task: TaskStanding?

    init(giver: Giver, earlier: [Registration], delegates: [Registration], task: TaskStanding?) {
        self.giver = giver
        self.earlier = earlier
        self.delegates = delegates
        self.task = task
    }

    /// What is held, so what can be handed over at most; nil when that is nothing.
    var held: Authority? {
        switch giver {
        case .holder(let mandate), .owner(let mandate): mandate.authority
        case .person(let person): person.authority
        }
    }

    var principal: Principal {
        switch giver {
        case .holder(let mandate), .owner(let mandate): mandate.principal
        case .person(let person): person.principal
        }
    }

    /// Everyone whose capabilities must cover what is handed over.
    var agents: [Registration] { earlier + delegates }

    /// Everyone who hands something to somebody, whose constraints on classes hold.
    var delegators: [Registration] { Array(agents.dropLast()) }

    /// The earliest end of all that it hangs on; nil when nothing of it ends.
    var limit: Instant? {
        var limit = task?.deadline
        switch giver {
        case .holder(let mandate), .owner(let mandate): limit = earliest(limit, mandate.expiry)
        case .person(let person): limit = earliest(limit, person.expiry)
        }
        for agent in delegates { limit = earliest(limit, agent.agent.expiresAt) }
        return limit
    }

    /// The child mandate: `authority`, which must not be more than is held, until `expiry`, which must not be later.
    func mandate(over authority: Authority, until expiry: Instant, _ terms: LinkTerms) throws(Refusal) -> Mandate {
        guard let held, held.covers(authority) else { throw Self.excess(of: authority, over: held) }
        if let limit, expiry > limit { throw .tooShortLived }
        var last: DelegationChain?
        if case .holder(let mandate) = giver { last = mandate.last }
        var made: [NewLink] = []
        for (index, delegate) in delegates.enumerated() {
            let isLast = index == delegates.count - 1
            let chain: ChainID = if let last { last.link.chain } else { try terms.newChain() }
            // Of two links made at once only the last is handed out; no token with the other's id leaves.
            let tokenID = isLast ? terms.tokenID : try terms.random.uuid(at: terms.now)
            let link = Link(
                issuer: terms.issuer, chain: chain, depth: (last?.link.depth ?? 0) + 1,
                parent: last?.summary.hash, tokenID: tokenID,
                delegator: last?.link.delegate.rawValue ?? principal.name.rawValue, delegate: delegate.agent.id,
                principal: principal, authority: authority, task: task?.id, issuedAt: terms.now, expiry: expiry,
                policy: terms.policy, approval: terms.approval)
            let document = link.document
            let hash = try ChainHash(ofLink: document, hashing: terms.digests)
            last = DelegationChain(
                link, born: terms.now, hash: hash, document: document, number: nil, after: last)
            made.append(NewLink(link, hash: hash, document: document))
        }
        guard let last, let holder = delegates.last else { throw .unavailable(.registry) }
        return Mandate(
            holder: holder, principal: principal, chain: last.summary, authority: authority, task: task?.id,
            expiry: expiry, agents: agents, newLinks: made, last: last)
    }

    private static func excess(of authority: Authority, over held: Authority?) -> Refusal {
        for entry in authority.entries {
            guard let scopes = held?.scopes(for: entry.audience) else { return .audienceNotHeld(entry.audience) }
            if let excess = scopes.firstUncovered(of: entry.scopes) {
                return .exceedsDelegation(excess, entry.audience)
            }
        }
        return .unavailable(.registry)
    }
}

/// What a new link says beside who, what and until when.
struct LinkTerms {
    let issuer: Issuer
    let policy: PolicyDigest
    /// The approval that is used up with it.
    var approval: String?
    let tokenID: String
    let now: Instant
    let digests: any Digests
    let random: any RandomSource

    /// The id of a chain that begins.
    func newChain() throws(Refusal) -> ChainID {
        guard let chain = ChainID(random: try random.bytes(16)) else { throw .unavailable(.cryptography) }
        return chain
    }
}

/// The earlier of two ends, either of which may be none.
func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
}
