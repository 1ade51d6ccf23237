import MandateCore

extension RevocationList {
    /// Why a token with these claims is dead, or nil when nothing here cuts it. `chain` are its links, proven, or none
    /// where they are not known: the hash of the last one alone is then enough, for the issuer lists a link that is dead
    /// for any reason with everything below it.
    func cause(against token: CommonClaims, chain: [ChainLink]) -> RevocationCause? {
        if isSignedWithRevokedKey(token) { return .key }
        if let id = Label(token.id), tokens.contains(id) { return .token }
        if let hash = ([token.chainHash] + chain.map(\.hash)).first(where: chains.contains) { return .chain(hash) }
        if let task = token.task, tasks.contains(task) { return .task(task) }
        if let name = Label(token.humanPrincipal), principals.contains(name) { return .principal(token.humanPrincipal) }
        return suspension(of: token, chain: chain)
    }

    /// A token that names no key may have been signed with any.
    private func isSignedWithRevokedKey(_ token: CommonClaims) -> Bool {
        guard let key = token.keyID.flatMap({ Label($0) }) else { return !keys.isEmpty }
        return keys.contains(key)
    }

    /// What passed through an agent up to the moment it was cut is dead, whatever was made of it later: the first birth
    /// at or after the agent's place in the chain decides. A registration has no birth.
    private func suspension(of token: CommonClaims, chain: [ChainLink]) -> RevocationCause? {
        func isCut(_ moment: Instant?, _ birth: Instant) -> Bool { moment.map { birth <= $0 } ?? false }
        let own = min(chain.last?.birth ?? token.birth, token.birth)
        if isCut(agents[token.agent], own) { return .agent(token.agent) }
        if isCut(agentTypes[token.agentType], own) { return .agentType(token.agentType) }
        var birth = token.birth
        for link in chain.reversed() {
            birth = link.birth ?? birth
            if isCut(agents[link.delegate], birth) { return .agent(link.delegate) }
        }
        return nil
    }
}

extension TokenClaims {
    /// Identifiers of one kind, each of them well-formed.
    static func identifiers<ID: Identifier>(_ json: JSONValue) -> Set<ID>? {
        whole(json.array) { entry in entry.string.flatMap { text in ID(text) } }.map(Set.init)
    }

    static func hashes(_ json: JSONValue) -> Set<ChainHash>? {
        whole(json.array) { entry in entry.string.flatMap { text in ChainHash(text: text) } }.map(Set.init)
    }

    /// Identifiers, each with a moment in milliseconds.
    static func moments<ID: Identifier>(_ json: JSONValue) -> [ID: Instant]? {
        whole(json.members) { member -> (ID, Instant)? in
            guard let id = ID(member.name), let milliseconds = member.value.integer else { return nil }
            let moment = Instant(milliseconds: milliseconds)
            return moment.milliseconds == milliseconds ? (id, moment) : nil
        }.map { pairs in Dictionary(uniqueKeysWithValues: pairs) }
    }

    /// All of the elements, or nil when one of them cannot be read.
    private static func whole<Element, Value>(_ elements: [Element]?, _ read: (Element) -> Value?) -> [Value]? {
        guard let elements else { return nil }
        let values = elements.compactMap(read)
        return values.count == elements.count ? values : nil
    }
}
