/// Explains what would become of a request: the registry, the chain as it is given, containment, policies. Asks what a token
/// is judged by, and never issues, writes, counts or uses up anything.
public struct PolicyExplainer: Sendable {
    let rules: PolicyRules
    let digests: any Digests
    /// What an engine would be asked about after the policies. It is not asked here.
    let engine: EngineReach

    public init(rules: PolicyRules, digests: any Digests, engine: EngineReach) {
        self.rules = rules
        self.digests = digests
        self.engine = engine
    }

    /// Explains the request that `json` describes, under the policies in force or those that it proposes.
    public func explain(_ json: JSONValue, in reader: any RegistryReader) throws(Problem) -> PolicyExplanation {
        let members = ExplainedRequest.Words.request.all + ["policies"]
        let object = try ObjectReader(json, at: .root, "an explanation", known: members, isRecord: false)
        let request = try ExplainedRequest(object, .request)
        let set: PolicySet
        let version: Int64?
        if let proposed = try object.policies("policies") {
            (set, version) = (try self.set(of: proposed), nil)
        } else {
            let record = try reader.policies()
            guard let found = PolicySet(record.policies, digest: record.version.digest, zones: rules.zones) else {
                throw Problem(
                    .unavailable,
                    "a policy in force names a time zone that is not installed here: install tzdata, or replace the policy"
                )
            }
            (set, version) = (found, record.version.number)
        }
        return try explain(request, set, version: version, on: RegistryGround(reader: reader), at: reader.now)
    }

    /// The policies that somebody wrote down, ready to be asked.
    func set(of definitions: [PolicyDefinition]) throws(Problem) -> PolicySet {
        try rules.check(RegistryDocument(policies: definitions))
        let policies = definitions.map(\.policy)
        let digest: PolicyDigest
        do throws(Refusal) {
            digest = try PolicyDigest(of: PolicyRecord.json(of: policies), hashing: digests)
        } catch {
            throw Problem(.unavailable, "the policies cannot be hashed now")
        }
        guard let set = PolicySet(policies, digest: digest, zones: rules.zones) else {
            throw Problem(.invalid, "a policy names a time zone that is not known here")
        }
        return set
    }

    /// Explains one request on whatever ground; `now` when the request names no time.
    func explain(
        _ request: ExplainedRequest, _ set: PolicySet, version: Int64?, on ground: some ExplanationGround,
        at now: Instant
    ) throws(Problem) -> PolicyExplanation {
        let known = try KnownFacts(of: request, on: ground)
        let judged = PolicyExplanation.Judged(version: version, digest: set.digest)
        let counts = ExplainedCounts(ground: ground, issued: request.issued)
        var inputs = PolicyExplanation.Inputs(request: request, now: request.at ?? now)
        inputs.risk = request.risk ?? .none
        var traces: [PolicyTrace] = []
        var conditions: [PolicyVerdict.Condition] = []
        var outcome: PolicyExplanation.Outcome
        var asksEngine = false
        do throws(Refusal) {
            var admitted = try known.admitted(at: inputs.now, &inputs)
            if request.risk == nil { admitted.question.risk = try ground.risk(of: admitted.question) }
            let question = admitted.question
            inputs.risk = question.risk
            traces = try set.trace(of: question, counting: counts)
            let verdict = try set.verdict(on: question, counting: counts)
            conditions = verdict.orderedConditions
            outcome = try Self.outcome(of: verdict, admitted)
            asksEngine = engine.includes(question.targets.lazy.map(\.audience.id))
        } catch {
            outcome = .refused(error)
        }
        if case .refused(.unavailable) = outcome { throw Problem(.unavailable, "the registry cannot be read now") }
        return PolicyExplanation(
            outcome: outcome, judged: judged, inputJSON: inputs.json(traces, rules.zones), conditions: conditions,
            policies: traces, asksEngine: asksEngine)
    }

    /// As a token is judged, but that nobody is asked.
    private static func outcome(
        of verdict: PolicyVerdict, _ admitted: AdmittedRequest
    ) throws(Refusal) -> PolicyExplanation.Outcome {
        if let deciding = verdict.deciding, deciding.effect == .deny {
            throw .deniedByPolicy(deciding.rule, deciding.reason)
        }
        let ruling = try Ruling(on: admitted.authority, verdict, approval: nil)
        if let deciding = verdict.deciding, deciding.effect == .requireApproval {
            return .waiting(ApprovalNeed(deciding))
        }
        for target in admitted.question.targets {
            if let (scope, found) = try admitted.bounds.firstToApprove(of: target.scopes, at: target.audience) {
                return .waiting(ApprovalNeed(handingOver: scope, found))
            }
        }
        let most = min(admitted.longest, ruling.longest ?? .max)
        let expiry = try Lifetimes.expiry(
            most: most, wanted: nil, end: admitted.end, at: admitted.question.now)
        return .given(ruling, lifetime: expiry.seconds - admitted.question.now.seconds)
    }
}
