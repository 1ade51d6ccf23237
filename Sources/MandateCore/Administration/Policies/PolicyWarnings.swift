/// Sentences about what policies name in vain: such a policy never fires, or not for that name.
struct PolicyWarnings {
    private let names: any PolicyNames
    private var found: [String] = []
    private var registered: [AgentID: Bool] = [:]
    private var groups: AgentGroups?
    private var byAudience: [AudienceID: CatalogueNames]?
    /// How many more times a scope is held against a catalogue: the rest is taken as it is.
    private var looksLeft = 100_000

    /// More than these help nobody, and each is compared with every name there is.
    private static let most = 25
    /// How many names are compared for the one that was meant.
    private static let candidates = 2000
    private static let approverWords = ["owner", "principal"]

    /// A name at one place of a policy.
    private struct Mention<Name: CustomStringConvertible> {
        let place: String
        let name: Name
        /// Whether nothing else is named there.
        let isAlone: Bool
    }

    private init(_ names: any PolicyNames) {
        self.names = names
    }

    /// In the order of `policies`, and no more than anybody reads.
    static func sentences(about policies: [Policy], among names: any PolicyNames) throws(Problem) -> [String] {
        var warnings = PolicyWarnings(names)
        for policy in policies {
            try warnings.look(at: policy)
            if warnings.isFull {
                return Array(warnings.found.prefix(most)) + [
                    "there are more names that nothing here has: only the first \(most) are told"
                ]
            }
        }
        return warnings.found
    }

    private var isFull: Bool { found.count > Self.most }

    private mutating func look(at policy: Policy) throws(Problem) {
        noteTypes(of: policy)
        noteAudiences(of: policy)
        try noteAgents(of: policy)
        try noteTeams(of: policy)
        try noteEnvironments(of: policy)
        noteScopes(of: policy)
        noteSensitivity(of: policy)
        noteNarrowing(of: policy)
        try noteApprovers(of: policy)
    }

    private mutating func noteTypes(of policy: Policy) {
        var layer: AgentTypeID?
        if case .type(let type) = policy.layer { layer = type }
        for mention in Self.mentions("when.types", policy.when.types, layer)
        where names.types[mention.name] == nil && !isFull {
            note(
                policy, mention, "there is no agent type of that name",
                near: names.types.keys.map(\.rawValue).sorted())
        }
    }

    private mutating func noteAudiences(of policy: Policy) {
        for mention in Self.mentions("when.audiences", policy.when.audiences)
        where names.audiences[mention.name] == nil && !isFull {
            note(
                policy, mention, "there is no audience of that name",
                near: names.audiences.keys.map(\.rawValue).sorted())
        }
    }

    private mutating func noteAgents(of policy: Policy) throws(Problem) {
        var layer: AgentID?
        if case .agent(let agent) = policy.layer { layer = agent }
        for mention in Self.mentions("when.agents", policy.when.agents, layer) {
            guard !isFull else { return }
            if try isRegistered(mention.name) { continue }
            let near = try names.names(near: mention.name)
            note(policy, mention, "there is no agent of that name", near: near)
        }
    }

    private mutating func noteTeams(of policy: Policy) throws(Problem) {
        var layer: Label?
        if case .team(let team) = policy.layer { layer = team }
        for mention in Self.mentions("when.teams", policy.when.teams, layer) {
            guard !isFull else { return }
            let known = try agentGroups()
            if known.teams.contains(mention.name) { continue }
            if !known.isWhole {
                let isThere = try names.has(team: mention.name)
                if isThere {
                    groups?.teams.insert(mention.name)
                    continue
                }
            }
            note(policy, mention, "no agent is of that team", near: known.teams.map(\.rawValue).sorted())
        }
    }

    /// Only where all agents were looked at: nothing else would find the one that is of it.
    private mutating func noteEnvironments(of policy: Policy) throws(Problem) {
        for mention in Self.mentions("when.environments", policy.when.environments) {
            let known = try agentGroups()
            guard !isFull, known.isWhole else { return }
            if known.environments.contains(mention.name) { continue }
            note(
                policy, mention, "no agent is of that environment",
                near: known.environments.map(\.rawValue).sorted())
        }
    }

    private mutating func noteScopes(of policy: Policy) {
        guard let scopes = policy.when.scopes?.scopes else { return }
        let known = catalogues(of: policy.when.audiences)
        // Of audiences that are not there enough was said.
        if known.isEmpty, policy.when.audiences != nil { return }
        let lack = "\(Self.holder(policy)) has such a scope"
        for scope in vain(scopes, in: known) {
            let mention = Mention(place: "when.scopes", name: scope, isAlone: scopes.count == 1)
            note(policy, mention, lack, near: Self.namesNear(scope, in: known))
        }
    }

    private mutating func noteSensitivity(of policy: Policy) {
        guard let labels = policy.when.sensitivity else { return }
        let known = catalogues(of: policy.when.audiences)
        if known.isEmpty, policy.when.audiences != nil { return }
        var all: Set<Label> = []
        for one in known { all.formUnion(one.sensitivities) }
        for mention in Self.mentions("when.sensitivity", labels) where !all.contains(mention.name) && !isFull {
            note(
                policy, mention, "\(Self.holder(policy)) has such a sensitivity",
                near: all.map(\.rawValue).sorted())
        }
    }

    /// What is narrowed to holds for all audiences of a request, whichever the policy names.
    private mutating func noteNarrowing(of policy: Policy) {
        let scopes = policy.obligations.narrowTo.flatMap(\.scopes)
        guard !scopes.isEmpty else { return }
        let known = catalogues(of: nil)
        for scope in vain(scopes, in: known) {
            found.append(
                "policy \(policy.id): conditions.narrow_to names \(quoted(scope.description)), and no audience's "
                    + "catalogue has such a scope: it lets nothing through"
                    + NearestName.hint(for: scope.description, among: Self.namesNear(scope, in: known)))
        }
    }

    /// A word that was misspelt is taken for somebody's name; whoever is known by such a name is meant.
    private mutating func noteApprovers(of policy: Policy) throws(Problem) {
        for name in policy.approvers where !Self.approverWords.contains(name.rawValue) && !isFull {
            guard let word = NearestName.nearest(to: name.rawValue.lowercased(), among: Self.approverWords) else {
                continue
            }
            if try names.has(person: name) { continue }
            found.append(
                "policy \(policy.id): approvers names \(quoted(name.rawValue)), who is taken for a person; did you "
                    + "mean the word \(word)?")
        }
    }
}

extension PolicyWarnings {
    /// The names of a list, in byte order, and the one that the layer names.
    private static func mentions<Name: Identifier>(
        _ place: String, _ names: Set<Name>?, _ layer: Name? = nil
    ) -> [Mention<Name>] {
        let listed = (names ?? []).sorted()
        var mentions = listed.map { Mention(place: place, name: $0, isAlone: listed.count == 1) }
        if let layer { mentions.append(Mention(place: "layer", name: layer, isAlone: true)) }
        return mentions
    }

    private mutating func note<Name: CustomStringConvertible>(
        _ policy: Policy, _ mention: Mention<Name>, _ lack: String, near known: [String]
    ) {
        let name = mention.name.description
        found.append(
            "policy \(policy.id): \(mention.place) names \(quoted(name)), and \(lack): it never fires"
                + (mention.isAlone ? "" : " for it") + NearestName.hint(for: name, among: known))
    }

    private mutating func isRegistered(_ agent: AgentID) throws(Problem) -> Bool {
        if let known = registered[agent] { return known }
        let isThere = try names.has(agent)
        registered[agent] = isThere
        return isThere
    }

    private mutating func agentGroups() throws(Problem) -> AgentGroups {
        if let groups { return groups }
        let fresh = try names.groups()
        groups = fresh
        return fresh
    }

    /// What is known of the audiences that a policy names, or of all.
    private mutating func catalogues(of audiences: Set<AudienceID>?) -> [CatalogueNames] {
        let all = byAudience ?? names.audiences.mapValues { CatalogueNames($0.catalogue) }
        byAudience = all
        guard let audiences else { return Array(all.values) }
        return audiences.compactMap { all[$0] }
    }

    /// Those of `scopes` that overlap nothing: no more than there is room for, and none once
    /// enough were looked at.
    private mutating func vain(_ scopes: [Scope], in known: [CatalogueNames]) -> [Scope] {
        var missing: [Scope] = []
        for scope in scopes where found.count + missing.count <= Self.most && looksLeft > 0 {
            looksLeft -= max(1, known.count)
            if !known.contains(where: { $0.meets(scope) }) { missing.append(scope) }
        }
        return missing
    }

    private static func namesNear(_ scope: Scope, in known: [CatalogueNames]) -> [String] {
        Array(Set(known.flatMap { $0.names(near: scope) }).sorted().prefix(candidates))
    }

    /// Whose catalogues a policy is about.
    private static func holder(_ policy: Policy) -> String {
        policy.when.audiences == nil ? "no audience's catalogue" : "no catalogue of its audiences"
    }
}
