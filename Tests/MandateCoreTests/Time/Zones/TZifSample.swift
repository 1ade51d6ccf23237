import Foundation
import MandateCore

/// A TZif file in the making: well-formed until a test spoils it.
struct TZifSample {
    var magic = "TZif"
    var version: UInt8 = 0x32
    var times: [Int64] = []
    var kinds: [UInt8] = []
    /// Offset, whether it is summer time, and where its name starts in `letters`.
    var types: [(Int32, UInt8, UInt8)] = [(3600, 0, 0)]
    var letters: [UInt8] = Array("CET\0".utf8)
    var leapSeconds = 0
    var standardMarks: [UInt8] = []
    var universalMarks: [UInt8] = []
    /// With its newlines.
    var footer = "\nCET-1\n"

    var bytes: [UInt8] {
        version == 0 ? block(bytesOfTime: 4) : block(bytesOfTime: 4) + block(bytesOfTime: 8) + Array(footer.utf8)
    }

    /// The rules that are read from it.
    var rules: TimeZoneRules? { TimeZoneRules(tzif: bytes) }

    private func block(bytesOfTime: Int) -> [UInt8] {
        let counts = [
            universalMarks.count, standardMarks.count, leapSeconds, times.count, types.count, letters.count,
        ]
        return Array(magic.utf8) + [version] + [UInt8](repeating: 0, count: 15)
            + counts.flatMap { Self.bytes(of: Int64($0), 4) } + times.flatMap { Self.bytes(of: $0, bytesOfTime) }
            + kinds
            + types.flatMap { Self.bytes(of: Int64($0.0), 4) + [$0.1, $0.2] } + letters
            + [UInt8](repeating: 0, count: leapSeconds * (bytesOfTime + 4)) + standardMarks + universalMarks
    }

    private static func bytes(of number: Int64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> Int64($0 * 8)) }
    }
}

extension TimeZoneRules {
    /// The bytes of a zone's file on this machine.
    static func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/" + name)))
    }

    /// A zone of this machine.
    static func zone(_ name: String) throws -> TimeZoneRules? { TimeZoneRules(tzif: try file(name)) }

    /// A zone whose file has nothing but a footer.
    static func footer(_ text: String) -> TimeZoneRules? { TZifSample(footer: "\n\(text)\n").rules }
}
