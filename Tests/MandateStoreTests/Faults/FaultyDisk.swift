import CFaultyVFS
import Foundation
import Testing

/// What goes wrong when SQLite calls the operating system.
struct Fault: Hashable, CustomTestStringConvertible {
    enum Kind: Int32, CaseIterable {
        case ioError, full, shortWrite, unsynced, busy, locked
    }

    let kind: Kind
    /// Whether every later call fails as well, until the disk is healed.
    var lasts = false

    var testDescription: String { "\(kind)\(lasts ? ", lasting" : "")" }

    /// A reader that waits for a lock without end is no fault of a disk; a lock on writing can last.
    static let all =
        Kind.allCases.filter { $0 != .locked }.map { Fault(kind: $0) }
        + [.ioError, .full, .unsynced, .locked].map { Fault(kind: $0, lasts: true) }

    /// Those that every operation is tried with: what SQLite answers differently. `MANDATE_FAULTS=all` takes all of them.
    static let distinct =
        ProcessInfo.processInfo.environment["MANDATE_FAULTS"] == "all"
        ? all : [Fault(kind: .ioError), Fault(kind: .full), Fault(kind: .unsynced), Fault(kind: .ioError, lasts: true)]
}

/// A directory in which SQLite's calls fail when told to, while the value lives.
final class FaultyDisk: Sendable {
    private let watch: Int32

    init(_ directory: String) throws {
        try #require(faulty_register() == 0)
        watch = faulty_watch(directory)
        try #require(watch >= 0)
    }

    deinit { faulty_unwatch(watch) }

    /// The `call`-th call that can fail in this way does.
    func arm(_ fault: Fault, at call: Int) {
        faulty_arm(watch, fault.kind.rawValue, call, fault.lasts ? 1 : 0)
    }

    /// One call in `odds` fails.
    func arm(_ kind: Fault.Kind, oneIn odds: UInt32, seed: UInt64) {
        faulty_arm_randomly(watch, kind.rawValue, odds, seed)
    }

    func heal() { faulty_heal(watch) }

    /// How many calls failed since it was armed.
    var failures: Int { faulty_failures(watch) }
}
