import Foundation
import MandateCore
import MandateStore
import MandateTesting
import Testing

/// The rules of all zones of this machine against Python's reading of the same files.
@Suite("The zones of a directory")
struct ZoneAgreementTests {
    private static let end: Int64 = 4_102_444_800  // 2100

    /// Answers lines of a zone and seconds with lines of offsets.
    private static let script = """
        import datetime, sys, zoneinfo
        for line in open(sys.argv[1]):
            name, *times = line.split()
            zone = zoneinfo.ZoneInfo(name)
            offsets = (datetime.datetime.fromtimestamp(int(time), zone).utcoffset() for time in times)
            print(name, *(int(offset.total_seconds()) for offset in offsets))
        """

    @Test("have the offsets that Python has for them, at any time and on both sides of every transition")
    func agree() throws {
        let zones = ZoneDirectory()
        var generator = SeededGenerator(seed: 9636)
        var (asked, ours): ([String], [String]) = ([], [])
        var known: Set<TimeZoneRules> = []
        for name in zones.names() {
            let label = try #require(Label(name))
            let rules = try #require(zones.rules(of: label))
            var times = (0..<50).map { _ in Int64.random(in: 0..<Self.end, using: &generator) }
            if known.insert(rules).inserted { times += transitions(of: rules) }
            asked.append("\(name) \(times.map(String.init).joined(separator: " "))")
            let offsets = times.map { String(rules.offset(at: Instant(seconds: $0))) }
            ours.append("\(name) \(offsets.joined(separator: " "))")
        }
        #expect(try python(asked) == ours)
    }

    /// The seconds before and at each change of the offset; none is shorter than three weeks.
    private func transitions(of rules: TimeZoneRules) -> [Int64] {
        let step: Int64 = 20 * 86_400
        return stride(from: Int64(0), to: Self.end, by: Int(step)).flatMap { start -> [Int64] in
            var (before, after) = (start, start + step)
            let offset = rules.offset(at: Instant(seconds: before))
            guard rules.offset(at: Instant(seconds: after)) != offset else { return [] }
            while after - before > 1 {
                let middle = (before + after) / 2
                if rules.offset(at: Instant(seconds: middle)) == offset { before = middle } else { after = middle }
            }
            return [before, after]
        }
    }

    private func python(_ lines: [String]) throws -> [String] {
        let place = try ZonePlace()
        try Data(lines.joined(separator: "\n").utf8).write(to: place.url("asked"))
        try Data().write(to: place.url("answered"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, place.url("asked").path]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PYTHONTZPATH": "/usr/share/zoneinfo"]) { _, new in new }
        process.standardOutput = try FileHandle(forWritingTo: place.url("answered"))
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try String(contentsOf: place.url("answered"), encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
