/// A policy as somebody wrote it down.
struct PolicyDefinition: Hashable, Sendable {
    let place: FieldPath
    let policy: Policy

    static let members = ["id", "layer", "when", "effect", "conditions", "approvers", "reason"]

    static func read(_ value: JSONValue, at place: FieldPath) throws(Problem) -> PolicyDefinition {
        let reader = try ObjectReader(value, at: place, "a policy", known: members)
        try value.refuseNulls(at: place)
        let effect = try reader.require(
            "effect", try reader.word(PolicyEffect.self, "effect"),
            "say allow, deny, require_approval or allow_with_conditions")
        let policy = Policy(
            id: try reader.require("id", try reader.identifier(PolicyID.self, "id"), "give the policy an id"),
            layer: try reader.layer("layer") ?? .global,
            when: try reader.conditions("when"),
            effect: effect,
            obligations: try reader.obligations("conditions", of: effect),
            approvers: try reader.approvers("approvers", of: effect),
            reason: try reader.text("reason"))
        return PolicyDefinition(place: place, policy: policy)
    }
}

extension Policy {
    /// The policy that ``json`` wrote, checked as if somebody had written it down.
    public init(_ json: JSONValue) throws(Problem) {
        self = try PolicyDefinition.read(json, at: .root).policy
    }
}

extension JSONValue {
    /// Elsewhere null is as good as absent. Here a name with nothing after it would make a policy wider, or what it asks for
    /// less, and nobody would see it.
    fileprivate func refuseNulls(at place: FieldPath) throws(Problem) {
        for member in members ?? [] {
            let inner = place.member(member.name)
            if member.value == .null {
                throw inner.problem("is empty, and in a policy that means nothing: write a value, or leave it out")
            }
            try member.value.refuseNulls(at: inner)
        }
    }
}

extension ObjectReader {
    fileprivate func layer(_ name: String) throws(Problem) -> PolicyLayer? {
        guard let text = try string(name) else { return nil }
        guard let layer = PolicyLayer(text) else {
            throw field(name).problem("must be global, team:NAME, type:ID or agent:ID, not \(quoted(text))")
        }
        return layer
    }

    func obligations(_ name: String, of effect: PolicyEffect) throws(Problem) -> PolicyObligations {
        guard let value = value(name) else {
            if effect == .allowWithConditions {
                throw field(name).problem(
                    "are missing: say max_lifetime, narrow_to, require or ledger, or make the effect allow")
            }
            return .none
        }
        guard effect == .allowWithConditions else {
            throw field(name).problem(
                "belong to the effect allow_with_conditions, not to \(effect.rawValue): leave them out, or change the "
                    + "effect; what must hold for the policy to fire stands under when")
        }
        let reader = try ObjectReader(
            value, at: field(name), "conditions", known: ["max_lifetime", "narrow_to", "require", "ledger"])
        let obligations = PolicyObligations(
            maxLifetime: try reader.seconds("max_lifetime", in: Lifetimes.settable),
            narrowTo: try reader.scopes("narrow_to", "nothing would be left").map { [$0] } ?? [],
            required: try reader.words(
                PolicyObligations.Requirement.self, "require", "leave it out when nothing is required") ?? [],
            isElevated: try reader.word(LedgerWeight.self, "ledger") != nil)
        guard obligations != .none else {
            throw field(name).problem(
                "say nothing: say max_lifetime, narrow_to, require or ledger, or make the effect allow")
        }
        return obligations
    }

    /// In byte order, each once.
    fileprivate func approvers(_ name: String, of effect: PolicyEffect) throws(Problem) -> [Label] {
        let mend = "name owner, principal or a person, or leave it out: then whoever may decide approvals decides"
        guard let approvers = try names(Label.self, name, mend) else { return [] }
        guard effect == .requireApproval else {
            throw field(name).problem(
                "belong to the effect require_approval, not to \(effect.rawValue): leave them out, or change the effect"
            )
        }
        return approvers.sorted()
    }
}

/// What `ledger` can say under `conditions`.
private enum LedgerWeight: String, CaseIterable {
    case elevated
}
