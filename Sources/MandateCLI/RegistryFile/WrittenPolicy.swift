import MandateCore

/// Parts of a policy as people write them: in the order in which they are documented, durations in the largest unit.
enum WrittenPolicy {
    private static let order = [
        "agents", "types", "teams", "environments", "audiences", "scopes", "classes", "sensitivity", "outside",
        "within",
        "days", "from", "to", "zone", "depth_over", "rate_over", "count", "per", "by", "cross_domain", "principal",
        "autonomous", "attested_over", "risk_over", "grant", "max_lifetime", "narrow_to", "require", "ledger",
    ]
    private static let durations = ["per", "attested_over", "max_lifetime"]

    /// Whole days are days: some of these durations are long.
    private static func duration(_ seconds: Int64) -> String {
        let day: Int64 = 86_400
        return seconds > 0 && seconds % day == 0 ? "\(seconds / day)d" : WrittenDuration(seconds: seconds).text
    }

    /// `when`, `conditions`, or an object inside of them.
    static func part(_ value: JSONValue) -> JSONValue {
        guard let members = value.members else { return value }
        let place = { (name: String) in order.firstIndex(of: name) ?? order.count }
        return .object(
            members.sorted { place($0.name) < place($1.name) }.map { member in
                let seconds = durations.contains(member.name) ? member.value.integer : nil
                let text = seconds.map { JSONValue.string(duration($0)) }
                return JSONMember(name: member.name, value: text ?? part(member.value))
            })
    }
}
