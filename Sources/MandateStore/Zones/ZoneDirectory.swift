public import MandateCore

/// The time zones in a directory of TZif files, as the system's package `tzdata` installs it; UTC is known without.
///
/// Files are read when they are asked for: what a policy needs is read when the policy is.
public struct ZoneDirectory: TimeZones {
    private static let utc = ["Etc/UTC", "UTC"]
    private let path: String

    /// Reads below `path` only.
    public init(path: String = "/usr/share/zoneinfo") { self.path = path }

    public func rules(of zone: Label) -> TimeZoneRules? {
        if Self.utc.contains(zone.rawValue) { return .utc }
        guard Self.isName(zone.rawValue.utf8) else { return nil }
        return ZoneFile.bytes(of: "\(path)/\(zone)").flatMap(TimeZoneRules.init(tzif:))
    }

    /// In the order of their bytes.
    public func names() -> [String] {
        var names = Set(Self.utc)
        var walk = ZoneWalk(below: path)
        walk.collect { if Self.isName($0.utf8) { names.insert($0) } }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether this can be the name of a zone, which begins with a capital: `localtime`, `posixrules` and `right/…` are
    /// files of the system, and mean other things on other machines.
    private static func isName(_ name: String.UTF8View) -> Bool {
        let isCapital = name.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
        return isCapital && name.count <= Label.lengths.upperBound
            && name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
                !segment.isEmpty && segment.allSatisfy(isAllowed)
            }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
