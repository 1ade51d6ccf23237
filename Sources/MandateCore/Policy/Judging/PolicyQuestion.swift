/// One request as policies see it: everything in it was proven, and containment allows it.
struct PolicyQuestion {
    /// Who asks.
    let client: Registration
    /// Who would hold the token; mostly the same.
    let holder: Registration
    let grant: PolicyGrant
    let targets: [Target]
    let principal: Principal
    /// How many agents would be on the chain.
    let depth: Int
    let task: TaskID?
    let now: Instant
    var risk: Risk

    /// An audience and what is asked for there.
    final class Target {
        let audience: Audience
        let scopes: ScopeSet
        /// What the audience's catalogue says of each scope, in their order.
        private(set) lazy var meanings = scopes.scopes.map { ScopeMeaning(of: $0, at: audience) }
        /// And of all of them together.
        private(set) lazy var meaning = meanings.reduce(into: ScopeMeaning()) { $0.add($1) }

        init(audience: Audience, scopes: ScopeSet) {
            self.audience = audience
            self.scopes = scopes
        }
    }

    /// Whom the policies are asked for: a policy that fires for whoever asks, or for whoever gets it, fires.
    var subjects: [Registration] { client.agent.id == holder.agent.id ? [holder] : [holder, client] }

    /// Whether no person stands at the start of the chain.
    var isAutonomous: Bool { principal.isOwner }

    /// Whether an agent begins a chain of its own and hands it on in the same step.
    var isHandedOnAtOnce: Bool { grant == .clientCredentials && client.agent.id != holder.agent.id }
}

/// What a catalogue says of a requested scope: of every entry that it overlaps.
struct ScopeMeaning {
    private(set) var classes = OneOf<ScopeClass>([])
    /// Each once.
    private(set) var sensitivity: [Label] = []

    init() {}

    init(of scope: Scope, at audience: Audience) {
        for entry in audience.catalogue.entries where isNews(entry) && entry.name.overlaps(scope) {
            classes.insert(entry.scopeClass)
            if let label = entry.sensitivity, !sensitivity.contains(label) { sensitivity.append(label) }
        }
    }

    /// Whether an entry says anything that was not said yet: comparing two patterns costs more than this.
    private func isNews(_ entry: Catalogue.Entry) -> Bool {
        if !classes.contains(entry.scopeClass) { return true }
        return entry.sensitivity.map { !sensitivity.contains($0) } ?? false
    }

    mutating func add(_ other: ScopeMeaning) {
        classes.formUnion(other.classes)
        for label in other.sensitivity where !sensitivity.contains(label) { sensitivity.append(label) }
    }
}
