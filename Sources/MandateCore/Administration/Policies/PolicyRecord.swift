/// One version of the policies, whole.
public struct PolicyRecord: Hashable, Sendable {
    public let version: PolicyVersion
    /// In byte order of the id.
    public let policies: [Policy]

    public init(version: PolicyVersion, policies: [Policy]) {
        self.version = version
        self.policies = policies
    }

    /// The most policies that are in force at once.
    public static let most = 1000
    /// The longest that all of them may be together, in bytes of canonical JSON.
    public static let longest = 4 << 20

    /// What a set is kept as, and its digest is made of.
    public static func json(of policies: [Policy]) -> [JSONValue] {
        policies.sorted { $0.id < $1.id }.map(\.json)
    }

    /// The set as operators see it.
    public var json: JSONValue {
        .object(
            (version.json.members ?? []).filter { $0.name != "policies" } + [
                JSONMember(name: "items", value: .array(Self.json(of: policies))),
                JSONMember(name: "next", value: .null),
            ])
    }
}

/// Which version of the policies it is, since when and by whom; not what they say.
public struct PolicyVersion: Hashable, Sendable {
    /// 0 for the empty set that every registry begins with.
    public let number: Int64
    public let digest: PolicyDigest
    public let changedAt: Instant?
    public let changedBy: String?
    /// How many policies are in it.
    public let count: Int64

    public init(number: Int64, digest: PolicyDigest, changedAt: Instant?, changedBy: String?, count: Int64) {
        self.number = number
        self.digest = digest
        self.changedAt = changedAt
        self.changedBy = changedBy
        self.count = count
    }

    /// The version as operators see it.
    public var json: JSONValue {
        [
            "version": .integer(number), "digest": .string(digest.text), "changed_at": .time(changedAt),
            "changed_by": .text(changedBy), "policies": .integer(count),
        ]
    }
}
