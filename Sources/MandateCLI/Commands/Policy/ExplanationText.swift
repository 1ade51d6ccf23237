import MandateCore

/// An explanation as a person reads it who was woken by it: what, by which rule, and why, before anything else.
struct ExplanationText {
    private let json: JSONValue

    init(_ json: JSONValue) {
        self.json = json
    }

    func lines(for terminal: Terminal) -> [String] {
        [headline(terminal)] + request + given + [""] + policies + notes
    }

    /// `DENY by destructive-outside-business-hours: destructive work happens in business hours`.
    private func headline(_ terminal: Terminal) -> String {
        let decision = json["decision"]?.string ?? ""
        let tone: Terminal.Tone =
            switch decision {
            case "DENY": .bad
            case "REQUIRE_APPROVAL": .doubtful
            default: .good
            }
        let detail = json["detail"]?.string.map { ": " + Terminal.harmless($0) } ?? ""
        let reason = decision == "DENY" ? json["reason"]?.string.map { " (\($0))" } ?? "" : ""
        return terminal.styled(decision, tone) + " by \(Terminal.harmless(json["rule"]?.string ?? ""))" + reason
            + detail
    }

    private var request: [String] {
        let inputs = json["inputs"] ?? .null
        var lines: [String] = []
        func add(_ name: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            lines.append("  \(name)" + String(repeating: " ", count: max(1, 12 - name.count)) + Terminal.harmless(text))
        }
        let (client, agent) = (inputs["client"] ?? .null, inputs["agent"] ?? .null)
        add(client == agent ? "agent" : "client", Self.party(client))
        if client != agent { add("agent", Self.party(agent)) }
        for target in inputs["targets"]?.array ?? [] { add("asks", Self.target(target)) }
        let principal = inputs["principal"]?.string.map {
            $0 + (inputs["autonomous"]?.bool == true ? " (no person started it)" : "")
        }
        add("principal", principal)
        add("grant", inputs["grant"]?.string.map { "\($0), chain of \(Self.number(inputs["depth"]))" })
        add("task", inputs["task_id"]?.string)
        add("at", inputs["at"]?.string)
        for clock in inputs["clocks"]?.array ?? [] {
            add("", "\(clock["shows"]?.string ?? "") in \(clock["zone"]?.string ?? "")")
        }
        if let score = inputs["risk"]?["score"]?.integer, score > 0 {
            let reasons = (inputs["risk"]?["reasons"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            add("risk", "\(score)" + (reasons.isEmpty ? "" : ": \(reasons)"))
        }
        return lines
    }

    private var given: [String] {
        var lines: [String] = []
        for entry in json["granted"]?.members ?? [] {
            lines.append("  would give  \(Details.text(entry.value)) at \(Terminal.harmless(entry.name))")
        }
        if let seconds = json["expires_in"]?.integer {
            lines.append("  for         \(WrittenDuration(seconds: seconds).text)")
        }
        if let conditions = json["conditions"]?.members {
            let said = conditions.filter { $0.value != .null && $0.value != [] }
            lines.append("  under       " + said.map { "\($0.name) \(Details.text($0.value))" }.joined(separator: ", "))
        }
        if let approvers = json["approvers"]?.array {
            lines.append(
                "  approvers   " + (approvers.isEmpty ? "whoever may decide" : Details.text(.array(approvers))))
        }
        return lines
    }

    /// One line for every policy that speaks to the agent; those that fired first.
    var policies: [String] {
        let all = json["policies"]?.array ?? []
        if all.isEmpty { return ["  no policy was asked"] }
        let ordered = all.filter { $0["fired"]?.bool == true } + all.filter { $0["fired"]?.bool != true }
        let width = all.map { $0["id"]?.string?.count ?? 0 }.max() ?? 0
        return ordered.map { policy in
            let id = policy["id"]?.string ?? ""
            let name = id + String(repeating: " ", count: max(0, width - id.count))
            let layer = policy["layer"]?.string ?? ""
            guard policy["fired"]?.bool != true else {
                return "  fired  " + Terminal.harmless("\(name)  \(layer)  \(policy["effect"]?.string ?? "")")
            }
            let unmet = policy["unmet"]?.string ?? ""
            let wants = policy["wants"].map { $0 == .null ? "" : " " + Details.text($0) } ?? ""
            return "  -      " + Terminal.harmless("\(name)  \(layer)  not \(unmet)") + wants
        }
    }

    /// Why it came so, in short: the policies, and what was decided where none of them fired.
    func grounds(for terminal: Terminal) -> [String] {
        let asked = json["policies"]?.array ?? []
        if asked.contains(where: { $0["fired"]?.bool == true }) { return policies }
        return ["got " + headline(terminal)] + (asked.isEmpty ? [] : policies)
    }

    private var notes: [String] {
        var lines: [String] = []
        for counter in json["inputs"]?["counters"]?.array ?? [] {
            let of = counter["of"]?.string.map { " of \($0)" } ?? ""
            let per = counter["per"]?.integer.map { WrittenDuration(seconds: $0).text } ?? ""
            lines.append(
                "  " + Terminal.harmless("\(counter["policy"]?.string ?? "")\(of)")
                    + ": \(Self.number(counter["tokens"])) of \(Self.number(counter["count"])) in \(per)")
        }
        if json["asks_engine"]?.bool == true {
            lines.append("  the policy engine is asked next, and may decide otherwise")
        }
        let digest = json["policy"]?["digest"]?.string ?? ""
        let version = json["policy"]?["version"]?.integer.map { "version \($0)" } ?? "proposed policies"
        return lines + ["  judged by \(version), \(Terminal.harmless(digest))"]
    }

    private static func party(_ party: JSONValue) -> String? {
        guard let id = party["id"]?.string else { return nil }
        let of = [
            party["type"]?.string, party["team"]?.string.map { "team \($0)" },
            party["environment"]?.string.map { "environment \($0)" },
            party["attested_age"]?.integer.map { "attested \($0) s ago" } ?? "never attested",
        ]
        return "\(id) (\(of.compactMap { $0 }.joined(separator: ", ")))"
    }

    private static func target(_ target: JSONValue) -> String {
        let words = ["classes", "sensitivity"].flatMap { target[$0]?.array ?? [] }.compactMap(\.string)
        let environment = target["environment"]?.string.map { " (environment \($0))" } ?? ""
        return "\(target["audience"]?.string ?? "")\(environment) for \(Details.text(target["scopes"] ?? .null))"
            + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
    }

    private static func number(_ value: JSONValue?) -> String { value?.integer.map(String.init) ?? "?" }
}
