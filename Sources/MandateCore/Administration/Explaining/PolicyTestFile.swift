/// Policies with cases beside them: who would ask for what, and what must come of it. Needs no server and no database.
public struct PolicyTestFile: Sendable {
    /// How many policies the file itself has.
    public let policyCount: Int
    /// What its policies name in vain, as far as the file and the registry say what there is.
    public let warnings: [String]
    private let cases: [PolicyTestCase]
    private let ground: DocumentGround
    private let set: PolicySet
    private let explainer: PolicyExplainer

    private static let records = ["audiences", "agent_types", "agents", "policies"]

    /// Reads a file; the first thing wrong in it is the problem, with the field it is in.
    ///
    /// - Parameter registry: A registry document with the lists that the file leaves out: audiences, types, agents, policies.
    public init(_ json: JSONValue, over registry: RegistryDocument?, explainer: PolicyExplainer) throws(Problem) {
        let reader = try ObjectReader(
            json, at: .root, "a file of cases", known: Self.records + ["cases"], isRecord: false)
        let own = try RegistryDocument(
            .saying(Self.records.map { (name: $0, value: reader.value($0)) }))
        let document = RegistryDocument(
            audiences: own.audiences ?? registry?.audiences, types: own.types ?? registry?.types,
            agents: own.agents ?? registry?.agents)
        ground = try DocumentGround(document)
        let policies = own.policies ?? registry?.policies ?? []
        policyCount = own.policies?.count ?? 0
        set = try explainer.set(of: policies)
        let written = try reader.list("cases", of: PolicyTestCase.read)
        if let written, written.isEmpty {
            throw reader.field("cases").problem("is empty: write at least one, or leave it out")
        }
        cases = written ?? []
        self.explainer = explainer
        if let names = PolicyTestNames(document) {
            warnings = try PolicyWarnings.sentences(about: policies.map(\.policy), among: names)
        } else {
            warnings = []
        }
        for one in cases { try one.check(ground, policies: set.policies.map(\.id)) }
    }

    /// Judges every case as a token request is judged; none when the file has no cases.
    public func results() throws(Problem) -> [PolicyTestResult] {
        var results: [PolicyTestResult] = []
        for one in cases {
            let explanation = try explainer.explain(
                one.given, set, version: nil, on: ground, at: PolicyTestCase.usualTime)
            results.append(PolicyTestResult(of: one, explanation))
        }
        return results
    }
}

/// What came of one case.
public struct PolicyTestResult: Sendable {
    public let name: String
    /// Where the case stands in the file.
    public let field: String
    /// Each member of `expect` that is not so.
    public let failures: [Failure]
    public let explanation: PolicyExplanation

    /// What was expected, and what came instead.
    public struct Failure: Hashable, Sendable {
        public let member: String
        public let expected: JSONValue
        public let got: JSONValue
    }

    init(of one: PolicyTestCase, _ explanation: PolicyExplanation) {
        name = one.name.rawValue
        field = one.place.text
        self.explanation = explanation
        let got = PolicyTestCase.members(of: explanation)
        failures = one.expected.compactMap { member in
            let found = got[member.name] ?? .null
            return found == member.value ? nil : Failure(member: member.name, expected: member.value, got: found)
        }
    }

    public var isGood: Bool { failures.isEmpty }
}
