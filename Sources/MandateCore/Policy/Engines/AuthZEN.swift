/// The evaluation of AuthZEN 1.0: subject, action, resource and context, and an answer of `{"decision": bool, "context"}`.
enum AuthZEN {
    private static let name = PrintableText(checked: "authzen")
    private static let unknown = PrintableText(checked: "the engine asks for an obligation that is not known here")

    /// Several audiences are one resource, whose id holds them all and so is the id of none of them.
    static func request(_ question: EngineQuestion) -> JSONValue {
        let audiences = question.targets.map(\.audience.rawValue).joined(separator: " ")
        return [
            "subject": [
                "type": "agent", "id": .string(question.agent.agent.id.rawValue), "properties": question.agent.json,
            ],
            "action": [
                "name": .string(question.classes.last?.rawValue ?? ScopeClass.admin.rawValue),
                "properties": question.action,
            ],
            "resource": [
                "type": "audience", "id": .string(audiences), "properties": ["audiences": question.audiences],
            ],
            "context": question.surroundings,
        ]
    }

    static func decision(_ answer: JSONValue) throws(EngineFailure) -> EngineDecision {
        guard let isAllowed = answer["decision"]?.bool else { throw .malformed(at: "decision") }
        let context = answer["context"]
        if let context, context.members == nil { throw .malformed(at: "context") }
        let asksForApproval = try asksForApproval(context)
        let rule = context?["rule"]?.shownRule ?? name
        let reason = reason(context)
        guard isAllowed else {
            return EngineDecision(asksForApproval ? .requireApproval : .deny, rule: rule, reason: reason)
        }
        guard !asksForApproval else { throw .malformed(at: "context.access_request") }
        guard let obligations = try obligations(context) else {
            return EngineDecision(.deny, rule: rule, reason: reason ?? unknown)
        }
        return EngineDecision(
            obligations == .none ? .allow : .allowWithConditions, rule: rule, reason: reason, obligations: obligations)
    }

    /// Whether the engine says that somebody should be asked: by an object that may say more, or by `true`.
    private static func asksForApproval(_ context: JSONValue?) throws(EngineFailure) -> Bool {
        switch context?["access_request"] {
        case nil, .null, .bool(false): return false
        case .bool(true), .object: break
        case .integer, .number, .string, .array: throw .malformed(at: "context.access_request")
        }
        // What an approval gives is for the approver to say.
        switch context?["obligations"] {
        case nil, .array([]), .object([]): return true
        default: throw .malformed(at: "context.obligations")
        }
    }

    /// What is to be met; nil when something of it is not known here.
    private static func obligations(_ context: JSONValue?) throws(EngineFailure) -> PolicyObligations? {
        let place = "context.obligations"
        var obligations = PolicyObligations.none
        switch context?["obligations"] {
        case nil: break
        case .array(let elements):
            for element in elements {
                guard let one = try obligation(element, at: place) else { return nil }
                obligations.add(one)
            }
        case .object(let members):
            for member in members {
                guard let one = try obligation(member.name, member.value, at: place) else { return nil }
                obligations.add(one)
            }
        case .null, .bool, .integer, .number, .string: throw .malformed(at: place)
        }
        return obligations
    }

    /// `{"id": "max_lifetime", "value": "5m"}`; where there is a `type` it says what it is, and the id is the engine's own.
    private static func obligation(_ json: JSONValue, at place: String) throws(EngineFailure) -> PolicyObligations? {
        guard let members = json.members, let name = (json["type"] ?? json["id"])?.string else {
            throw .malformed(at: place)
        }
        guard members.allSatisfy({ ["type", "id", "value"].contains($0.name) }) else { return nil }
        return try obligation(name, json["value"] ?? .null, at: place)
    }

    private static func obligation(
        _ name: String, _ value: JSONValue, at place: String
    ) throws(EngineFailure) -> PolicyObligations? {
        guard let condition = EngineCondition(rawValue: name) else { return nil }
        do throws(EngineFailure) {
            return try condition.obligation(value, at: "\(place).\(condition.rawValue)")
        } catch .unknownCondition {
            return nil
        }
    }

    /// `reason_user` and `reason_admin` hold texts by language or by code; the first that can be shown is taken.
    private static func reason(_ context: JSONValue?) -> PrintableText? {
        for name in ["reason", "reason_user", "reason_admin"] {
            guard let said = context?[name] else { continue }
            if let text = said.shown ?? said["en"]?.shown ?? said.members?.lazy.compactMap(\.value.shown).first {
                return text
            }
        }
        return nil
    }
}
