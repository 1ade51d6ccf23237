/// What a request arrived with: authority to draw a token from, or a hand-over that may happen. Grants differ only in how
/// they get here.
struct Arrival {
    enum Way {
        /// A token straight from a mandate; the chain stays as it is.
        case mandate(Mandate)
        /// The chain gets a link.
        case handOver(HandOver)
    }

    let way: Way
    /// What it stands on, for a request that is kept.
    var basis = HeldBasis.registration
    let task: TaskStanding?
    /// The scopes of a presented access token: nothing beyond them is passed on.
    var ceiling: ScopeSet?
    /// When the presented access token ends.
    var end: Instant?
    /// The id of the presented access token.
    var subject: String?
    /// An actor token, which is good once.
    var actor: ProvenActor?

    /// The access tokens it depends on, by `jti`.
    var tokens: [String] {
        if subject == nil, actor == nil { return [] }
        return [subject, actor?.token.id].compactMap { $0 }
    }

    /// What is held, so what can be given at most; nil when that is nothing.
    var held: Authority? {
        switch way {
        case .mandate(let mandate): mandate.authority
        case .handOver(let handOver): handOver.held
        }
    }

    /// The chain the request stands on; nil where none has begun.
    var chain: ChainSummary? {
        switch way {
        case .mandate(let mandate): mandate.chain
        case .handOver(let handOver):
            switch handOver.giver {
            case .holder(let mandate): mandate.chain
            case .person, .owner: nil
            }
        }
    }

    /// The ids from the principal to whoever would hold the token.
    var path: [String] {
        switch way {
        case .mandate(let mandate): mandate.chain.path
        case .handOver(let handOver):
            [handOver.principal.name.rawValue] + handOver.agents.map(\.agent.id.rawValue)
        }
    }

    /// Who would hold the token.
    var holder: Registration? {
        switch way {
        case .mandate(let mandate): mandate.holder
        case .handOver(let handOver): handOver.delegates.last
        }
    }

    /// How many agents would be on the chain.
    var depth: Int {
        switch way {
        case .mandate(let mandate): mandate.chain.depth
        case .handOver(let handOver): handOver.agents.count
        }
    }

    /// How authority was asked for, as policies name it.
    var grant: PolicyGrant {
        switch way {
        case .mandate(let mandate): mandate.last == nil ? .clientCredentials : .redeem
        case .handOver(let handOver):
            switch handOver.giver {
            case .owner: .clientCredentials
            case .person: .start
            case .holder: subject == nil ? .handOver : .passOn
            }
        }
    }

    var principal: Principal {
        switch way {
        case .mandate(let mandate): mandate.principal
        case .handOver(let handOver): handOver.principal
        }
    }
}
