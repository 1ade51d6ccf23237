/// The time zones that are known here, by their IANA names.
public protocol TimeZones: Sendable {
    /// The rules of a zone; nil for one that is not known here.
    func rules(of zone: Label) -> TimeZoneRules?
    /// The names of all zones, to hint at the one that was meant.
    func names() -> [String]
}
