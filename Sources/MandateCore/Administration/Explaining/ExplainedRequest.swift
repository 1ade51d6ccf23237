/// A request that is explained and not made: who would ask for what, and the facts that would have to be proven, as given.
struct ExplainedRequest: Hashable, Sendable {
    let client: AgentID
    /// None: the only one that the client, or with `start` the holder, holds.
    let audiences: [AudienceID]
    let scope: ScopeSet.Reading
    let grant: PolicyGrant
    let wanted: TokenRequest.Wanted
    /// The agent that would hold the token; nil for the client itself.
    let actor: AgentID?
    let principal: Principal?
    let depth: Int
    let task: TaskID?
    let at: Instant?
    /// Other than what the registry says.
    let attestedAt: Instant?
    /// Nil: what the habits of the agents say.
    let risk: Risk?
    /// How many tokens each counter of a policy shall hold; of the others the counters are asked.
    let issued: [PolicyID: Int64]

    /// What the members are called: those of a token request, or of a case in a file.
    struct Words: Hashable, Sendable {
        let client: String
        let scope: String
        let actor: String
        let type: String
        let task: String

        static let request = Words(
            client: "client_id", scope: "scope", actor: "requested_actor", type: "requested_token_type", task: "task_id"
        )
        static let given = Words(client: "client", scope: "scopes", actor: "agent", type: "token", task: "task")

        /// All that may be there.
        var all: [String] {
            [
                client, "audience", "audiences", scope, "grant", type, actor, "principal", "autonomous", "depth", task,
                "at", "attested_at", "risk", "issued",
            ]
        }
    }

    /// Reads the members of `words` that `reader` has. Who asks is also who holds when only one of them is named.
    init(_ reader: ObjectReader, _ words: Words) throws(Problem) {
        let asking = try reader.identifier(AgentID.self, words.client)
        let holding = try reader.identifier(AgentID.self, words.actor)
        client = try reader.require(
            words.client, asking ?? (words == .given ? holding : nil), "name the agent that would ask")
        audiences = try reader.explainedAudiences()
        scope = try reader.explainedScope(words.scope)
        grant = try reader.explainedGrant("grant")
        actor = holding == client ? nil : holding
        wanted = try reader.explainedType(
            words.type, of: grant, isForTwo: actor != nil, isForSeveral: audiences.count > 1)
        principal = try reader.explainedPrincipal("principal", of: grant)
        depth = try reader.explainedDepth("depth", of: grant, isForTwo: actor != nil)
        task = try reader.identifier(TaskID.self, words.task)
        at = try reader.anyTime("at")
        attestedAt = try reader.anyTime("attested_at")
        risk = try reader.integer("risk", in: 0...100).map { Risk(score: $0, reasons: []) }
        issued = try reader.issued("issued")
        if actor != nil, grant == .redeem || grant == .passOn {
            throw reader.field(words.actor).problem("belongs to start, hand_over and client_credentials")
        }
    }
}

extension ObjectReader {
    fileprivate func explainedAudiences() throws(Problem) -> [AudienceID] {
        let one = try identifier(AudienceID.self, "audience")
        let several = try list("audiences") { (value, place) throws(Problem) in
            try value.identifier(AudienceID.self, at: place)
        }
        if one != nil, several != nil {
            throw field("audiences").problem("says the same as audience: keep one of them")
        }
        return one.map { [$0] } ?? several ?? []
    }

    /// As in a request, or as a list.
    fileprivate func explainedScope(_ name: String) throws(Problem) -> ScopeSet.Reading {
        guard let value = value(name) else { return .absent }
        guard value.array != nil else { return ScopeSet.reading(try value.string(at: field(name))) }
        let words = try value.list(at: field(name)) { (value, place) throws(Problem) in try value.string(at: place) }
        return ScopeSet.reading(words.joined(separator: " "))
    }

    fileprivate func explainedGrant(_ name: String) throws(Problem) -> PolicyGrant {
        let grant = try word(PolicyGrant.self, name) ?? .clientCredentials
        if grant == .tokenExchange {
            throw field(name).problem("must say which exchange: start, hand_over, redeem or pass_on")
        }
        return grant
    }

    fileprivate func explainedType(
        _ name: String, of grant: PolicyGrant, isForTwo: Bool, isForSeveral: Bool
    ) throws(Problem) -> TokenRequest.Wanted {
        let named = try word(ExplainedType.self, name)
        switch grant {
        case .clientCredentials, .start:
            guard let named else {
                return isForTwo && grant == .clientCredentials || isForSeveral ? .delegation : .accessToken
            }
            if isForTwo, grant == .clientCredentials, named == .accessToken {
                throw field(name).problem("must be delegation when another agent would hold the token")
            }
            return named == .delegation ? .delegation : .accessToken
        case .handOver:
            if named == .accessToken { throw field(name).problem("is delegation with hand_over: leave it out") }
            return .delegation
        case .redeem, .passOn, .tokenExchange:
            if named == .delegation {
                throw field(name).problem("is access_token with \(grant.rawValue): leave it out")
            }
            return .accessToken
        }
    }

    /// Nil for the owner of the client.
    fileprivate func explainedPrincipal(_ name: String, of grant: PolicyGrant) throws(Problem) -> Principal? {
        let named = try identifier(Label.self, name)
        let isAutonomous = try bool("autonomous")
        switch grant {
        case .clientCredentials:
            if named != nil { throw field(name).problem("is the client's owner with client_credentials: leave it out") }
            if isAutonomous == false {
                throw field("autonomous").problem("is true with client_credentials: leave it out")
            }
            return nil
        case .start, .handOver, .redeem, .passOn, .tokenExchange:
            if grant == .start, isAutonomous == true {
                throw field("autonomous").problem("is false with start, where a person begins: leave it out")
            }
            if grant == .start || isAutonomous == false {
                let person = try require(name, named, "name the person who started the chain")
                return .person(issuer: person, subject: person.rawValue, name: person)
            }
            guard let named else { return nil }
            return isAutonomous == true ? .owner(named) : .person(issuer: named, subject: named.rawValue, name: named)
        }
    }

    fileprivate func explainedDepth(_ name: String, of grant: PolicyGrant, isForTwo: Bool) throws(Problem) -> Int {
        let least: Int64 =
            switch grant {
            case .clientCredentials: isForTwo ? 2 : 1
            case .start, .redeem, .tokenExchange: 1
            case .handOver, .passOn: 2
            }
        guard let depth = try integer(name, in: 1...64) else { return Int(least) }
        let isFixed = grant == .clientCredentials || grant == .start
        guard isFixed ? depth == least : depth >= least else {
            throw field(name).problem("is \(isFixed ? "" : "at least ")\(least) with \(grant.rawValue)")
        }
        return Int(depth)
    }

    fileprivate func anyTime(_ name: String) throws(Problem) -> Instant? {
        guard let text = try string(name) else { return nil }
        guard let time = Instant(anyRFC3339: text) else {
            throw field(name).problem("must be a time such as \"2027-01-31T09:00:00+01:00\", not \(quoted(text))")
        }
        return time
    }

    fileprivate func issued(_ name: String) throws(Problem) -> [PolicyID: Int64] {
        guard let value = value(name) else { return [:] }
        guard let members = value.members else {
            throw field(name).problem("must be an object from a policy's id to a number of tokens, not \(value.kind)")
        }
        var issued: [PolicyID: Int64] = [:]
        for member in members {
            let place = field(name).member(member.name)
            guard let id = PolicyID(member.name) else { throw place.problem("must be \(PolicyID.grammar)") }
            guard let count = member.value.integer, count >= 0 else { throw place.problem("must be a whole number") }
            issued[id] = count
        }
        return issued
    }
}

/// `requested_token_type`, in short.
enum ExplainedType: String, CaseIterable {
    case accessToken = "access_token"
    case delegation
}
