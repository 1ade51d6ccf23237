/// The answers of OPA's data API: `{"result": bool | {"effect", "reason", "rule", "conditions"}}`.
enum OPA {
    private static let name = PrintableText(checked: "opa")
    private static let undecided = PrintableText(checked: "the engine has no decision for this request")
    private static let known: Set<String> = ["effect", "reason", "rule", "conditions"]

    static func decision(_ answer: JSONValue) throws(EngineFailure) -> EngineDecision {
        guard let result = answer["result"] else { return EngineDecision(.deny, rule: name, reason: undecided) }
        if let isAllowed = result.bool { return EngineDecision(isAllowed ? .allow : .deny, rule: name) }
        guard let members = result.members else { throw .malformed(at: "result") }
        // A misspelt "conditions" would allow without them.
        guard members.allSatisfy({ known.contains($0.name) }) else { throw .malformed(at: "result") }
        guard let word = result["effect"]?.string else { throw .malformed(at: "result.effect") }
        guard let effect = PolicyEffect(rawValue: word) else { throw .unknownEffect }
        for name in ["reason", "rule"] {
            if let text = result[name], text.string == nil { throw .malformed(at: "result.\(name)") }
        }
        var obligations = PolicyObligations.none
        if let conditions = result["conditions"] {
            obligations = try PolicyObligations(conditions: conditions, at: "result.conditions")
        }
        // Conditions go with the one effect that has them, and it goes with none but them.
        guard (effect == .allowWithConditions) == (obligations != .none) else {
            throw .malformed(at: "result.conditions")
        }
        return EngineDecision(
            effect, rule: result["rule"]?.shownRule ?? name, reason: result["reason"]?.shown, obligations: obligations)
    }
}
