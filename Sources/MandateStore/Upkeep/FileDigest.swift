import MandateCore

/// The SHA-256 of what is written to a file, or read from one, piece by piece.
struct FileDigest {
    private let running: any RunningDigest

    init(_ digests: any Digests) throws(Problem) {
        running = try Self.hashing { () throws(Refusal) in try digests.running() }
    }

    func add(_ block: [UInt8]) throws(Problem) {
        try Self.hashing { () throws(Refusal) in try running.add(block) }
    }

    /// The 32 bytes; nothing is added afterwards.
    func finish() throws(Problem) -> [UInt8] {
        try Self.hashing { () throws(Refusal) in try running.finish() }
    }

    /// Of the first `count` bytes of a file; `body` is given them on the way.
    static func of(
        _ descriptor: Int32, count: Int64, hashing digests: any Digests, until stop: StopFlag,
        _ body: ([UInt8]) throws(Problem) -> Void = { _ in }
    ) throws(Problem) -> [UInt8] {
        let digest = try FileDigest(digests)
        try FileBlocks.each(of: descriptor, from: 0, count: count, until: stop) { (block) throws(Problem) in
            try digest.add(block)
            try body(block)
        }
        return try digest.finish()
    }

    private static func hashing<Answer>(_ body: () throws(Refusal) -> Answer) throws(Problem) -> Answer {
        do {
            return try body()
        } catch {
            throw Problem(.unavailable, "SHA-256 failed")
        }
    }
}
