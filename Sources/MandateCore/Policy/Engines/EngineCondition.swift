/// The conditions that an engine can put on what it allows; the same as in embedded policies.
enum EngineCondition: String, CaseIterable {
    case maxLifetime = "max_lifetime"
    case narrowTo = "narrow_to"
    case require
    case ledger

    /// The obligation that `value` makes of this condition.
    func obligation(_ value: JSONValue, at place: String) throws(EngineFailure) -> PolicyObligations {
        switch self {
        case .maxLifetime:
            guard let seconds = value.integer ?? value.string.flatMap({ WrittenDuration($0)?.seconds }),
                Lifetimes.settable.contains(seconds)
            else { throw .malformed(at: place) }
            return PolicyObligations(maxLifetime: seconds)
        case .narrowTo:
            guard let scopes = ScopeSet(json: value) else { throw .malformed(at: place) }
            return PolicyObligations(narrowTo: [scopes])
        case .require:
            guard let names = value.array, !names.isEmpty else { throw .malformed(at: place) }
            var required: Set<PolicyObligations.Requirement> = []
            for name in names {
                guard let text = name.string else { throw .malformed(at: place) }
                guard let known = PolicyObligations.Requirement(rawValue: text) else { throw .unknownCondition }
                required.insert(known)
            }
            return PolicyObligations(required: required)
        case .ledger:
            guard let word = value.string else { throw .malformed(at: place) }
            guard word.hasSameBytes(as: "elevated") else { throw .unknownCondition }
            return PolicyObligations(isElevated: true)
        }
    }
}

extension PolicyObligations {
    /// The obligations of an object of conditions; all of them hold.
    init(conditions json: JSONValue, at place: String) throws(EngineFailure) {
        guard let members = json.members else { throw .malformed(at: place) }
        self.init()
        for member in members {
            guard let condition = EngineCondition(rawValue: member.name) else { throw .unknownCondition }
            add(try condition.obligation(member.value, at: "\(place).\(condition.rawValue)"))
        }
    }
}
