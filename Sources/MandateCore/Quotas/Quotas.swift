/// The quotas of an agent, or of every agent of a type, by audience; they go before the audience's own.
public struct Quotas: Hashable, Sendable {
    /// One audience and the quota there.
    public struct Entry: Hashable, Sendable {
        public let audience: AudienceID
        public let quota: Quota

        public init(audience: AudienceID, quota: Quota) {
            self.audience = audience
            self.quota = quota
        }
    }

    /// Each audience once, in byte order.
    public let entries: [Entry]

    /// Nil when there is none, or two are for the same audience.
    public init?(_ entries: [Entry]) {
        guard !entries.isEmpty, Set(entries.map(\.audience)).count == entries.count else { return nil }
        self.entries = entries.sorted { $0.audience < $1.audience }
    }

    /// The quota at `audience`, when there is one.
    public subscript(audience: AudienceID) -> Quota? {
        entries.first { $0.audience == audience }?.quota
    }

    /// The quotas in the shape they are read in.
    public var json: JSONValue {
        .object(entries.map { JSONMember(name: $0.audience.rawValue, value: $0.quota.json) })
    }

    /// Reads what ``json`` wrote; nil when it is something else.
    public init?(json: JSONValue) {
        guard let members = json.members else { return nil }
        var entries: [Entry] = []
        for member in members {
            guard let audience = AudienceID(member.name), let quota = Quota(json: member.value) else { return nil }
            entries.append(Entry(audience: audience, quota: quota))
        }
        self.init(entries)
    }
}
