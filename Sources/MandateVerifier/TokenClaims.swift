import MandateCore

/// The claims of a token by name, each of the one type it may have. A claim that is `null` is never taken for absent.
struct TokenClaims {
    let json: JSONValue

    init(_ json: JSONValue) {
        self.json = json
    }

    func required<Value>(
        _ name: String, _ read: (JSONValue) -> Value?
    ) throws(VerificationFailure) -> Value {
        guard let value = try optional(name, read) else { throw .malformed("the claim \(name) is missing") }
        return value
    }

    func optional<Value>(
        _ name: String, _ read: (JSONValue) -> Value?
    ) throws(VerificationFailure) -> Value? {
        guard let claim = json[name] else { return nil }
        guard let value = read(claim) else { throw .malformed("the claim \(name) is not what it must be") }
        return value
    }

    func identifier<ID: Identifier>(_ name: String) throws(VerificationFailure) -> ID {
        try required(name) { claim in claim.string.flatMap { text in ID(text) } }
    }

    func optionalIdentifier<ID: Identifier>(_ name: String) throws(VerificationFailure) -> ID? {
        try optional(name) { claim in claim.string.flatMap { text in ID(text) } }
    }

    /// Text that is not empty.
    func text(_ name: String) throws(VerificationFailure) -> String {
        try required(name) { claim in
            guard let text = claim.string, !text.isEmpty else { return nil }
            return text
        }
    }

    /// A NumericDate in whole seconds, in the years this service knows (RFC 7519 §2).
    func instant(_ name: String) throws(VerificationFailure) -> Instant {
        try required(name, Self.instant)
    }

    /// A token's id as the service writes it, in lower case: in another spelling it would be missed in a list.
    static func tokenID(_ json: JSONValue) -> UUIDv7? {
        guard let text = json.string, let id = UUIDv7(text: text), id.text.utf8.elementsEqual(text.utf8) else {
            return nil
        }
        return id
    }

    /// How many agents a chain has.
    func depth(_ name: String) throws(VerificationFailure) -> Int {
        let depths = DelegationConstraints.depths
        guard let depth = Int(exactly: try required(name) { claim in claim.integer }), depths.contains(depth) else {
            throw .malformed("the claim \(name) is not from 1 to \(depths.upperBound)")
        }
        return depth
    }

    /// The actors of RFC 8693 §4.1, outermost first; none without the claim.
    func actors(_ name: String) throws(VerificationFailure) -> [AgentID] {
        var actors: [AgentID] = []
        var next = json[name]
        while let claim = next {
            next = claim["act"]
            guard let actor = Self.party(claim, among: next == nil ? 1 : 2) else {
                throw .malformed("the claim \(name) is not what it must be")
            }
            actors.append(actor)
        }
        return actors
    }

    /// The agent of `{"sub": …}`, an object with so many members.
    static func party(_ json: JSONValue, among members: Int = 1) -> AgentID? {
        guard json.members?.count == members else { return nil }
        return json["sub"]?.string.flatMap { text in AgentID(text) }
    }

    /// The links that the token carries, if it does.
    func chain(_ name: String) throws(VerificationFailure) -> ChainProof? {
        guard let links = json[name] else { return nil }
        do throws(ChainFailure) {
            return try ChainProof(links: links)
        } catch {
            throw .chain(error)
        }
    }

    static func instant(_ json: JSONValue) -> Instant? {
        guard let seconds = json.integer, seconds >= 0 else { return nil }
        let instant = Instant(seconds: seconds)
        return instant.seconds == seconds ? instant : nil
    }

    /// The scopes of a space-delimited string (RFC 8693 §4.2), each of them well-formed.
    static func scopes(spaced json: JSONValue) -> ScopeSet? {
        guard let words = json.string.map({ Array($0.utf8) })?.split(separator: UInt8(ascii: " ")) else { return nil }
        return scopes(words.map { word in Scope(bytes: word) })
    }

    /// The scopes of an array of strings, each of them well-formed.
    static func scopes(listed json: JSONValue) -> ScopeSet? {
        guard let entries = json.array else { return nil }
        return scopes(entries.map { entry in entry.string.flatMap { text in Scope(text) } })
    }

    private static func scopes(_ found: [Scope?]) -> ScopeSet? {
        let scopes = found.compactMap { scope in scope }
        return scopes.count == found.count ? ScopeSet(scopes) : nil
    }
}
