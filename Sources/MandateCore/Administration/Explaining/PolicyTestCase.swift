/// One case of a file: a request, and what must come of it.
struct PolicyTestCase: Sendable {
    let place: FieldPath
    let name: PrintableText
    let given: ExplainedRequest
    /// Which member names who asks.
    let client: String
    /// Which member names what it is asked for.
    let audience: String
    /// Members of an explanation, as ``members(of:)`` has them.
    let expected: [JSONMember]

    /// When a case happens that names no time, so that it says the same every day: a Wednesday at noon.
    static let usualTime = Instant(milliseconds: 1_767_787_200_000)

    private static let expectations = ["decision", "rule", "reason", "conditions", "scopes", "expires_in"]

    static func read(_ value: JSONValue, at place: FieldPath) throws(Problem) -> PolicyTestCase {
        let reader = try ObjectReader(value, at: place, "a case", known: ["name", "given", "expect"])
        let words = ExplainedRequest.Words.given
        let given = try ObjectReader(
            try reader.require("given", reader.value("given"), "say who asks for what"), at: reader.field("given"),
            "given", known: words.all)
        let expect = try ObjectReader(
            try reader.require("expect", reader.value("expect"), "say at least the decision"),
            at: reader.field("expect"), "expect", known: expectations)
        return PolicyTestCase(
            place: place,
            name: try reader.require("name", try reader.text("name"), "say in a few words what the case is about"),
            given: try ExplainedRequest(given, words),
            client: given.value(words.client) == nil ? words.actor : words.client,
            audience: given.value("audience") == nil ? "audiences" : "audience", expected: try expected(expect))
    }

    private static func expected(_ reader: ObjectReader) throws(Problem) -> [JSONMember] {
        let decision = try reader.require(
            "decision", try reader.word(Decision.self, "decision"),
            "say ALLOW, DENY, REQUIRE_APPROVAL or ALLOW_WITH_CONDITIONS")
        var expected = [JSONMember(name: "decision", value: .string(decision.rawValue))]
        for name in ["rule", "reason"] {
            if let text = try reader.string(name) { expected.append(JSONMember(name: name, value: .string(text))) }
        }
        if reader.value("conditions") != nil {
            let conditions = try reader.obligations("conditions", of: .allowWithConditions)
            expected.append(JSONMember(name: "conditions", value: conditions.json))
        }
        if let scopes = try reader.scopes("scopes", "nothing would be given") {
            expected.append(JSONMember(name: "scopes", value: scopes.json))
        }
        if let seconds = try reader.seconds("expires_in", in: 1...Lifetimes.delegationToken) {
            expected.append(JSONMember(name: "expires_in", value: .integer(seconds)))
        }
        return expected
    }

    /// What a case can expect, of an explanation.
    static func members(of explanation: PolicyExplanation) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "decision": .string(explanation.decision.rawValue), "rule": .string(explanation.rule),
            "reason": .text(explanation.reason),
            "conditions": explanation.conditions.isEmpty ? .null : explanation.sum.json,
        ]
        if case .given(let ruling, let seconds) = explanation.outcome {
            members["scopes"] = ScopeSet(ruling.authority.entries.flatMap(\.scopes.scopes))?.json
            members["expires_in"] = .integer(seconds)
        }
        return members
    }

    /// Refuses a name that nothing defines: a case about nobody would be good for the wrong reason.
    func check(_ ground: DocumentGround, policies: [PolicyID]) throws(Problem) {
        let field = place.member("given")
        for (member, agent) in [(client, given.client), ("agent", given.actor)] {
            guard let agent, ground.registration(agent) == nil else { continue }
            throw field.member(member).problem(
                "there is no agent \(quoted(agent.rawValue)) here: define it under agents, or name a file that does with --registry"
                    + NearestName.hint(for: agent.rawValue, among: ground.agentNames))
        }
        for audience in given.audiences where ground.audience(audience) == nil {
            throw field.member(self.audience).problem(
                "there is no audience \(quoted(audience.rawValue)) here: define it under audiences, or name a file that does with --registry"
                    + NearestName.hint(for: audience.rawValue, among: ground.audienceNames))
        }
        for policy in given.issued.keys.sorted() where !policies.contains(policy) {
            throw field.member("issued").problem(
                "there is no policy \(quoted(policy.rawValue)) in this file"
                    + NearestName.hint(for: policy.rawValue, among: policies.map(\.rawValue)))
        }
    }
}
