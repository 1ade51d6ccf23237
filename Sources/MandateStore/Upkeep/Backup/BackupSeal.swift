import MandateCore

/// The last page of a backup: the SHA-256 of all that comes before it. SQLite passes over what follows its own last page,
/// and cannot tell by itself that a byte inside a row was changed.
struct BackupSeal {
    /// A page of the database, so that the file stays one of whole pages.
    static let length: Int64 = 4096
    static let mark = Array("Mandate backup\n".utf8)

    let bytes: [UInt8]

    private init(digest: [UInt8]) {
        let text = Self.mark + Array("\(Hex.encode(sha256: digest))\n".utf8)
        bytes = text + [UInt8](repeating: 0, count: Int(Self.length) - text.count)
    }

    /// The seal for the first `count` bytes of a file; `body` is given them on the way.
    init(
        over descriptor: Int32, count: Int64, hashing digests: any Digests, until stop: StopFlag,
        _ body: ([UInt8]) throws(Problem) -> Void = { _ in }
    ) throws(Problem) {
        self.init(
            digest: try FileDigest.of(descriptor, count: count, hashing: digests, until: stop) {
                (block) throws(Problem) in try body(block)
            })
    }
}
