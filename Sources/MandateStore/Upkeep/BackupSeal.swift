import Glibc
import MandateCore

/// The last page of a backup: the SHA-256 of all that comes before it. SQLite passes over what follows its own last page,
/// and cannot tell by itself that a byte inside a row was changed.
struct BackupSeal {
    /// A page of the database, so that the file stays one of whole pages.
    static let length: Int64 = 4096
    static let mark = Array("Mandate backup\n".utf8)

    let bytes: [UInt8]

    private init(digest: [UInt8]) {
        let text = Self.mark + Array("sha256:\(Hex.encode(digest))\n".utf8)
        bytes = text + [UInt8](repeating: 0, count: Int(Self.length) - text.count)
    }

    /// The seal for the first `count` bytes of a file; `body` is given them on the way.
    init(
        over descriptor: Int32, count: Int64, hashing digests: any Digests, until stop: StopFlag,
        _ body: ([UInt8]) throws(Problem) -> Void = { _ in }
    ) throws(Problem) {
        let running = try Self.hashing { () throws(Refusal) in try digests.running() }
        try FileBlocks.each(of: descriptor, from: 0, count: count, until: stop) { (block) throws(Problem) in
            try Self.hashing { () throws(Refusal) in try running.add(block) }
            try body(block)
        }
        self.init(digest: try Self.hashing { () throws(Refusal) in try running.finish() })
    }

    private static func hashing<Answer>(_ body: () throws(Refusal) -> Answer) throws(Problem) -> Answer {
        do {
            return try body()
        } catch {
            throw Problem(.unavailable, "SHA-256 failed")
        }
    }
}

/// The bytes of a file, a megabyte at a time.
enum FileBlocks {
    private static let size = 1 << 20

    /// Calls `body` with `count` bytes of a file, in order; a shorter file is a problem.
    static func each(
        of descriptor: Int32, from start: Int64, count: Int64, until stop: StopFlag,
        _ body: ([UInt8]) throws(Problem) -> Void
    ) throws(Problem) {
        var read: Int64 = 0
        var block = [UInt8](repeating: 0, count: size)
        while read < count {
            if stop.isSet { throw BackupMaker.stopping }
            let found = pread(descriptor, &block, Int(min(Int64(size), count - read)), off_t(start + read))
            if found < 0, errno == EINTR { continue }
            guard found > 0 else {
                let why = found == 0 ? "it ends too early" : SystemError.text
                throw Problem(.unavailable, "the file cannot be read: \(why)")
            }
            try body(Array(block[..<found]))
            read += Int64(found)
        }
    }
}
