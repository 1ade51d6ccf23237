public import MandateCore

extension EngineQuestion {
    /// An orchestrator hands reading of one audience, and writing of another, to a collector; a person began it.
    public static func handOver(at now: Instant = .eightOClock) -> EngineQuestion {
        let planner = Agent(
            id: AgentID(checked: "planner"), type: AgentTypeID(checked: "planning"),
            owner: Label(checked: "bob@a.example"),
            environment: Label(checked: "prod"))
        let collector = Agent(
            id: AgentID(checked: "collector"), type: AgentTypeID(checked: "collecting"),
            owner: Label(checked: "bob@a.example"), version: Label(checked: "2.1"), team: Label(checked: "finance"),
            expiresAt: .eightOClock.advanced(bySeconds: 86_400))
        let alice = Principal.person(
            issuer: Label(checked: "https://idp.a.example"), subject: "0-1", name: Label(checked: "alice@a.example"))
        return EngineQuestion(
            agent: Party(collector, attestedAt: .eightOClock.advanced(bySeconds: -60)),
            client: Party(planner, attestedAt: nil), grant: .handOver,
            targets: [inventory, reports].compactMap(\.self),
            chain: Chain(
                principal: alice, path: ["alice@a.example", "planner", "collector"], depth: 2,
                hash: ChainHash(text: "sha256:" + String(repeating: "0a", count: 32))),
            task: TaskID(checked: "review-1"), now: now, risk: Risk(score: 30, reasons: ["new_audience"]))
    }

    private static let inventory = Catalogue([
        Catalogue.Entry(name: "ec2:Describe*", scopeClass: .read),
        Catalogue.Entry(name: "ec2:Terminate*", scopeClass: .delete),
    ]).map { Target(Audience(id: AudienceID(checked: "inventory"), catalogue: $0), scopes: "ec2:DescribeHosts") }

    private static let reports = Catalogue([
        Catalogue.Entry(name: "report:write", scopeClass: .write, sensitivity: Label(checked: "pii"))
    ]).map { catalogue in
        let audience = Audience(
            id: AudienceID(checked: "reports"), catalogue: catalogue, environment: Label(checked: "prod"))
        return Target(audience, scopes: "report:write")
    }
}
