import MandateCore
import Testing

@Suite("A TZif file")
struct TZifTests {
    @Test("is read in every version", arguments: [0, 0x32, 0x33, 0x34] as [UInt8])
    func versions(version: UInt8) {
        let sample = TZifSample(
            version: version, times: [1000, 2000], kinds: [1, 0], types: [(3600, 0, 0), (7200, 1, 1)],
            standardMarks: [0, 1], universalMarks: [0, 1])
        let offsets = [0, 999, 1000, 1999, 2000, 4_000_000_000].map { seconds in
            sample.rules?.offset(at: Instant(seconds: seconds))
        }
        #expect(offsets == [3600, 3600, 7200, 7200, 3600, 3600])
    }

    @Test("says by its last transition what holds from then on, when its footer is empty")
    func emptyFooter() {
        let sample = TZifSample(times: [1000], kinds: [1], types: [(0, 0, 0), (-7200, 0, 0)], footer: "\n\n")
        #expect(sample.rules?.offset(at: Instant(seconds: 999)) == 0)
        #expect(sample.rules?.offset(at: Instant(seconds: 4_000_000_000)) == -7200)
    }

    @Test(
        "is refused when it is cut off, at every length", arguments: ["America/New_York", "Etc/UTC", "Asia/Kathmandu"])
    func truncated(zone: String) throws {
        let file = try TimeZoneRules.file(zone)
        #expect(TimeZoneRules(tzif: file) != nil)
        #expect(file.indices.filter { TimeZoneRules(tzif: Array(file[..<$0])) != nil } == [])
        #expect(TimeZoneRules(tzif: file + [0x0A]) == nil)
    }

    @Test("with another byte anywhere is refused, or still tells offsets of less than 26 hours")
    func flipped() throws {
        let file = try TimeZoneRules.file("Europe/Dublin")
        let instants = [0, 1_800_000_000, 3_800_000_000, 253_402_300_799].map(Instant.init(seconds:))
        for index in file.indices {
            for mask in [0x01, 0x80, 0xFF] as [UInt8] {
                var other = file
                other[index] ^= mask
                guard let rules = TimeZoneRules(tzif: other) else { continue }
                #expect(instants.allSatisfy { (-93_600..<93_600).contains(rules.offset(at: $0)) })
            }
        }
    }

    @Test(
        "is refused when a header claims more than there is",
        arguments: [20, 24, 28, 32, 36, 40], [0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 0x0001_0000, 9] as [UInt32])
    func counts(position: Int, count: UInt32) {
        let sample = TZifSample(times: [1000], kinds: [0], standardMarks: [0], universalMarks: [0])
        let firstBlock = 44 + 5 + 6 + 4 + 2
        for header in [0, firstBlock] {
            var file = sample.bytes
            for byte in 0..<4 {
                file[header + position + byte] = UInt8(truncatingIfNeeded: count >> UInt32((3 - byte) * 8))
            }
            #expect(TimeZoneRules(tzif: file) == nil, "in the header at \(header)")
        }
    }

    @Test("is refused when it is malformed", arguments: Self.spoiled.indices)
    func malformed(index: Int) {
        var sample = TZifSample(
            times: [1000, 2000], kinds: [1, 0], types: [(3600, 0, 0), (7200, 1, 1)], standardMarks: [1, 1],
            universalMarks: [1, 1])
        #expect(sample.rules != nil)
        Self.spoiled[index](&sample)
        #expect(sample.rules == nil)
    }

    @Test("is refused when its two headers are of different versions")
    func twoVersions() {
        let (two, three) = (TZifSample(footer: "").bytes, TZifSample(version: 0x33).bytes)
        let half = two.count / 2
        #expect(TimeZoneRules(tzif: Array(two[..<half] + three[half...])) == nil)
        #expect(TimeZoneRules(tzif: Array(three[..<half] + three[half...])) != nil)
    }

    @Test("is refused when it is larger than a zone's can be")
    func large() {
        let room = TimeZoneRules.largestFile - TZifSample(letters: []).bytes.count
        let letters = [UInt8](repeating: 0, count: room / 2)
        #expect(TZifSample(letters: letters).rules != nil)
        #expect(TZifSample(letters: letters + [0, 0, 0, 0]).rules == nil)
    }

    private static let spoiled: [@Sendable (inout TZifSample) -> Void] = [
        { $0.magic = "TZIF" },
        { $0.version = 1 },
        { $0.version = 0x31 },
        { $0.version = 0x35 },
        { $0.times = [2000, 1000] },
        { $0.times = [1000, 1000] },
        { $0.times = [.min, 1000] },
        { $0.kinds = [2, 0] },
        { $0.kinds = [255, 0] },
        { $0.types[0].0 = .min },
        { $0.types[0].0 = .max },
        { $0.types[0].0 = 93_600 },
        { $0.types[0].0 = -90_000 },
        { $0.types[0].1 = 2 },
        { $0.types[0].2 = 4 },
        { $0.letters = Array("CEST".utf8) },
        { $0.letters = [] },
        { ($0.types, $0.standardMarks, $0.universalMarks) = ([], [], []) },
        { ($0.types, $0.times, $0.kinds, $0.standardMarks, $0.universalMarks) = ([], [], [], [], []) },
        { $0.leapSeconds = 1 },
        { $0.standardMarks = [1] },
        { $0.standardMarks = [1, 2] },
        { $0.universalMarks = [1] },
        { $0.universalMarks = [2, 1] },
        { $0.standardMarks = [1, 0] },
        { $0.standardMarks = [] },
        { $0.footer = "" },
        { $0.footer = "\n" },
        { $0.footer = "CET-1\n" },
        { $0.footer = "\nCET-1" },
        { $0.footer = "\nCET-1\n\n" },
        { $0.footer = "\nCET-1\0\n" },
        { $0.footer = "\nCET\n" },
    ]
}
