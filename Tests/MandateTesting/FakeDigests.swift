public import MandateCore
import Synchronization

/// Not a hash: 32 bytes that differ when the input does, as far as tests need.
public struct FakeDigests: Digests {
    public init() {}

    public func sha256(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (0..<32).map { index in
            UInt8(truncatingIfNeeded: (state &* UInt64(2 * index + 1)) >> 24)
        }
    }

    public func hmac(_ message: [UInt8], key: [UInt8]) throws(Refusal) -> [UInt8] {
        try sha256(key + message + [UInt8](repeating: 0, count: 8))
    }

    public func running() throws(Refusal) -> any RunningDigest { Running() }

    private final class Running: RunningDigest {
        private var bytes: [UInt8] = []

        func add(_ block: [UInt8]) { bytes += block }
        func finish() throws(Refusal) -> [UInt8] { try FakeDigests().sha256(bytes) }
    }

    public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }
}

/// Counts how often it is asked to hash or to compare.
public final class CountingDigests: Digests {
    private let asked = Mutex(0)

    public init() {}

    public var calls: Int { asked.withLock { $0 } }

    public func sha256(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
        asked.withLock { $0 += 1 }
        return try FakeDigests().sha256(bytes)
    }

    public func hmac(_ message: [UInt8], key: [UInt8]) throws(Refusal) -> [UInt8] {
        try sha256(key + message + [UInt8](repeating: 0, count: 8))
    }

    public func running() throws(Refusal) -> any RunningDigest {
        asked.withLock { $0 += 1 }
        return try FakeDigests().running()
    }

    public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        asked.withLock { $0 += 1 }
        return left == right
    }
}
