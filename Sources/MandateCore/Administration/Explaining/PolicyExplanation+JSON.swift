extension PolicyExplanation {
    /// The explanation as operators see it; `null` where there is nothing to say.
    public var json: JSONValue {
        var granted: JSONValue = .null
        var lifetime: JSONValue = .null
        var approvers: JSONValue = .null
        switch outcome {
        case .given(let ruling, let seconds):
            granted = ruling.authority.json
            lifetime = .integer(seconds)
        case .waiting(let need): approvers = .array(need.approvers.map { .string($0.rawValue) })
        case .refused: break
        }
        return [
            "decision": .string(decision.rawValue), "rule": .string(rule), "reason": .text(reason),
            "detail": .text(detail), "granted": granted, "expires_in": lifetime, "approvers": approvers,
            "conditions": conditionsJSON,
            "policy": ["version": judged.version.map { .integer($0) } ?? .null, "digest": .string(judged.digest.text)],
            "inputs": inputJSON, "policies": .array(policies.map(\.json)), "asks_engine": .bool(asksEngine),
        ]
    }

    /// All that must be put up with together; null when that is nothing.
    private var conditionsJSON: JSONValue {
        if conditions.isEmpty { return .null }
        let sum = sum
        return [
            "max_lifetime": sum.maxLifetime.map { .integer($0) } ?? .null,
            "narrow_to": .array(sum.narrowTo.map(\.json)), "require": .words(sum.required),
            "ledger": sum.isElevated ? "elevated" : .null,
        ]
    }

    /// The same as one.
    var sum: PolicyObligations {
        var sum: PolicyObligations = .none
        for condition in conditions { sum.add(condition.obligations) }
        return sum
    }
}

extension PolicyTrace {
    fileprivate var json: JSONValue {
        let wants = unmet.flatMap { policy.when.json[$0.rawValue] }
        return [
            "id": .string(policy.id.rawValue), "layer": .string(policy.layer.text),
            "effect": .string(policy.effect.rawValue), "fired": .bool(fired), "unmet": .text(unmet?.rawValue),
            "wants": wants ?? .null, "reason": .text(policy.reason?.rawValue),
            "conditions": fired && policy.effect == .allowWithConditions ? policy.obligations.json : .null,
        ]
    }

    /// What it counted.
    fileprivate var counted: [JSONValue] {
        guard let limit = policy.when.rateOver else { return [] }
        return counters.map { counter, tokens in
            [
                "policy": .string(policy.id.rawValue), "by": .string(limit.by.rawValue),
                "of": counter.value.isEmpty ? .null : .string(counter.value), "tokens": .integer(tokens),
                "count": .integer(limit.count), "per": .integer(limit.period),
            ]
        }
    }
}

extension PolicyExplanation.Inputs {
    /// What was looked at, the clocks and counters of `policies` included.
    func json(_ policies: [PolicyTrace], _ zones: any TimeZones) -> JSONValue {
        let clocks = Set(policies.flatMap(\.zones)).sorted().compactMap { zone in
            zones.rules(of: zone).map { (zone, $0) }
        }
        return [
            "client": party(client), "agent": party(holder), "grant": .string(request.grant.rawValue),
            "requested_token_type": .string(request.wanted.rawValue),
            "targets": .array(targets.map(\.json)), "principal": .label(principal?.name),
            "autonomous": principal.map { .bool($0.isOwner) } ?? .null, "depth": .integer(Int64(request.depth)),
            "task_id": .text(request.task?.rawValue), "at": .time(now),
            "clocks": .array(
                clocks.map { zone, rules in
                    ["zone": .string(zone.rawValue), "shows": .string(now.shown(by: rules))]
                }),
            "counters": .array(policies.flatMap(\.counted)),
            "risk": [
                "score": .integer(risk.score), "reasons": .array(risk.reasons.map { .string($0) }),
            ],
        ]
    }

    private func party(_ registration: Registration?) -> JSONValue {
        guard let registration else { return .null }
        let agent = registration.agent
        return [
            "id": .string(agent.id.rawValue), "type": .string(agent.type.rawValue), "team": .label(agent.team),
            "environment": .label(agent.environment), "owner": .label(agent.owner),
            "attested_at": .time(registration.attestedAt),
            "attested_age": registration.attestedAt.map { .integer(now.seconds - $0.seconds) } ?? .null,
        ]
    }
}

extension PolicyQuestion.Target {
    fileprivate var json: JSONValue {
        let classes = Set(meanings.flatMap(\.classes.words))
        let sensitivity = Set(meanings.flatMap(\.sensitivity)).sorted()
        return [
            "audience": .string(audience.id.rawValue), "environment": .label(audience.environment),
            "scopes": scopes.json, "classes": .words(classes),
            "sensitivity": .array(sensitivity.map { .string($0.rawValue) }),
        ]
    }
}

extension Instant {
    /// What a clock on the wall shows: `sun 2026-03-08 01:59:59 -05:00`.
    fileprivate func shown(by rules: TimeZoneRules) -> String {
        let offset = rules.offset(at: self)
        let local = advanced(bySeconds: offset)
        let text = local.description
        let day = Weekday.allCases[Int(((local.seconds / 86_400 + 3) % 7 + 7) % 7)]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (sign, size) = (offset < 0 ? "-" : "+", abs(offset))
        return "\(day.rawValue) \(text.prefix(10)) \(text.dropFirst(11).prefix(8)) "
            + "\(sign)\(two(size / 3600)):\(two(size / 60 % 60))"
    }
}
