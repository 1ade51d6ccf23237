import Foundation
import MandateCore
import MandateStore
import Testing

@Suite("A directory of zones")
struct ZoneDirectoryTests {
    private static let system = ZoneDirectory()

    private func rules(_ name: String, in zones: ZoneDirectory = Self.system) throws -> TimeZoneRules? {
        zones.rules(of: try #require(Label(name)))
    }

    @Test("knows the rules of every zone that it names")
    func allNames() throws {
        let names = Self.system.names()
        #expect(Set(names).isSuperset(of: ["America/Argentina/Buenos_Aires", "Etc/GMT+5", "Europe/Berlin", "UTC"]))
        #expect(names == names.sorted() && names.count > 300)
        #expect(try names.filter { try rules($0) == nil } == [])
    }

    @Test(
        "knows no zone by any other name",
        arguments: [
            "/etc/localtime", "../../../etc/localtime", "Europe/../Europe/Berlin", "Europe/./Berlin", "Europe//Berlin",
            "/Europe/Berlin", "Europe/Berlin/", "Europe/", "Europe", "europe/berlin", "localtime", "posixrules",
            "posix/Europe/Berlin", "right/Europe/Berlin", "tzdata.zi", "zone.tab", "Europe/Berlin%00", "Europe\\Berlin",
            "EST5EDT,M3.2.0,M11.1.0", "Nowhere/Land",
        ])
    func otherNames(name: String) throws {
        #expect(try rules(name) == nil)
        #expect(!Self.system.names().contains(name))
    }

    @Test("knows UTC where no zones are installed, and nothing else")
    func nothingInstalled() throws {
        let none = ZoneDirectory(path: "/nonexistent")
        #expect(none.names() == ["Etc/UTC", "UTC"])
        #expect(try rules("UTC", in: none) == .utc && rules("Etc/UTC", in: none) == .utc)
        #expect(try rules("Europe/Berlin", in: none) == nil)
    }

    @Test("has the same rules for UTC as the file that is installed")
    func utcFile() throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Etc/UTC"))
        let installed = try #require(TimeZoneRules(tzif: Array(file)))
        for year in 0..<130 as Range<Int64> {
            #expect(installed.offset(at: Instant(seconds: year * 31_556_952)) == 0)
        }
    }

    @Test("reads regular files only, which are not too large, and does not wait for a pipe")
    func hostileFiles() throws {
        let place = try ZonePlace()
        let zone = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin"))
        try zone.write(to: place.url("Good"))
        try (zone + Data(count: TimeZoneRules.largestFile)).write(to: place.url("Large"))
        try Data().write(to: place.url("Empty"))
        try Data("root:x:0:0".utf8).write(to: place.url("Text"))
        #expect(mkfifo(place.url("Pipe").path, 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: place.url("Link").path, withDestinationPath: "Good")
        try FileManager.default.createSymbolicLink(atPath: place.url("Broken").path, withDestinationPath: "Gone")
        try FileManager.default.createSymbolicLink(atPath: place.url("Endless").path, withDestinationPath: "/dev/zero")
        try FileManager.default.createSymbolicLink(atPath: place.url("Circle").path, withDestinationPath: ".")
        let zones = ZoneDirectory(path: place.path)
        let known = try ["Good", "Large", "Empty", "Text", "Pipe", "Link", "Broken", "Endless", "Circle"].filter {
            try rules($0, in: zones) != nil
        }
        #expect(known == ["Good", "Link"])
        // The circle ends at the depth of the time zone database.
        #expect(Set(zones.names()).isSuperset(of: ["Circle/Circle/Good", "Empty", "Good", "Large", "Link", "Text"]))
        #expect(zones.names().allSatisfy { $0.split(separator: "/").count <= 3 && !$0.hasSuffix("Pipe") })
    }
}

/// A directory of zones for one test, gone with the value.
final class ZonePlace: Sendable {
    let path = NSTemporaryDirectory() + "/mandate-zones-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
