/// Hashes and comparisons that the core relies on and does not implement.
public protocol Digests: Sendable {
    /// SHA-256 (FIPS 180-4): 32 bytes.
    func sha256(_ bytes: [UInt8]) throws(Refusal) -> [UInt8]
    /// HMAC-SHA-256 (RFC 2104): 32 bytes that only who has `key` can make.
    func hmac(_ message: [UInt8], key: [UInt8]) throws(Refusal) -> [UInt8]
    /// A SHA-256 of what is given block by block.
    func running() throws(Refusal) -> any RunningDigest
    /// Whether both are the same bytes, in a time that depends on their lengths only.
    func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool
}

/// A hash in the making, of more than is held in memory; used by one thread.
public protocol RunningDigest {
    func add(_ block: [UInt8]) throws(Refusal)
    /// The 32 bytes; nothing is added afterwards.
    func finish() throws(Refusal) -> [UInt8]
}

/// Unpredictable bytes. One source an event loop; it may keep a buffer.
public protocol RandomSource {
    /// `count` fresh random bytes.
    func bytes(_ count: Int) throws(Refusal) -> [UInt8]
}

extension RandomSource {
    /// A fresh time-ordered identifier as text.
    public func uuid(at now: Instant) throws(Refusal) -> String {
        guard let uuid = UUIDv7(at: now, random: try bytes(10)) else { throw .unavailable(.overloaded) }
        return uuid.text
    }
}
