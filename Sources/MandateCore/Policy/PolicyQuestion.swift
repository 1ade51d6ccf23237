/// One request as policies see it: everything in it was proven, and containment allows it.
struct PolicyQuestion {
    /// An audience and what is asked for there.
    struct Target {
        let audience: Audience
        let scopes: ScopeSet
    }

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
    let risk: Risk

    /// Whom the policies are asked for: a policy that fires for whoever asks, or for whoever gets it, fires.
    var subjects: [Registration] { client.agent.id == holder.agent.id ? [holder] : [holder, client] }

    /// Whether a person stands at the start of the chain.
    var isAutonomous: Bool {
        switch principal {
        case .owner: true
        case .person: false
        }
    }
}
