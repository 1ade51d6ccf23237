public import MandateCore

/// No zone but those a test brings, by their files.
public struct FakeZones: TimeZones {
    public var known: [Label: TimeZoneRules] = [:]

    public init() {}

    /// Zones of these names whose clocks all show UTC.
    public init(named names: String...) {
        for name in names { known[Label(checked: name)] = .utc }
    }

    public func rules(of zone: Label) -> TimeZoneRules? { known[zone] }
    public func names() -> [String] { known.keys.map(\.rawValue).sorted() }
}

extension PolicyRules {
    /// Where these zones are known.
    public static func testing() -> PolicyRules {
        PolicyRules(zones: FakeZones(named: "America/New_York", "Europe/Berlin", "UTC"))
    }
}
