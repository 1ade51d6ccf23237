extension Baseline {
    /// All of it, as it is kept.
    public var json: JSONValue {
        let known = audiences.sorted { $0.key < $1.key }
        return [
            "tokens": .integer(tokens),
            "worst": .text(worst?.rawValue),
            "audiences": .object(known.map { JSONMember(name: $0.key.rawValue, value: .integer($0.value)) }),
            "hours": .array(hours.map { .integer($0) }),
            "hour": .integer(hour),
            "in_hour": .integer(inHour),
            "active_hours": .integer(activeHours),
            "earlier": .integer(earlier),
            "faded_at": .integer(fadedAt),
        ]
    }

    /// What ``json`` wrote; nil when anything in it could not have been written.
    public init?(json: JSONValue) {
        func count(_ name: String) -> Int64? { json[name].flatMap(Self.count) }
        guard json.members?.count == 9, let tokens = count("tokens"), let worst = json["worst"],
            let known = json["audiences"]?.members, known.count <= Self.mostAudiences,
            let hours = json["hours"]?.array?.compactMap(Self.count), hours.count == 24,
            json["hours"]?.array?.count == 24, let hour = count("hour"), let inHour = count("in_hour"),
            let activeHours = count("active_hours"), let earlier = count("earlier"), let fadedAt = count("faded_at")
        else { return nil }
        self.init()
        if worst != .null {
            guard let named = worst.string.flatMap({ ScopeClass(rawValue: $0) }) else { return nil }
            self.worst = named
        }
        for member in known {
            guard let audience = AudienceID(member.name), let last = Self.count(member.value) else { return nil }
            audiences[audience] = last
        }
        (self.tokens, self.hours, self.hour, self.inHour) = (tokens, hours, hour, inHour)
        (self.activeHours, self.earlier, self.fadedAt) = (activeHours, earlier, fadedAt)
    }

    private static func count(_ json: JSONValue) -> Int64? {
        json.integer.flatMap { (0...most).contains($0) ? $0 : nil }
    }
}
