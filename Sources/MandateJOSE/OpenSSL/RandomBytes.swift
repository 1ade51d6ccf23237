import COpenSSL

/// Random bytes from OpenSSL's generator, drawn in blocks because one call costs as much as the next 4 KiB.
///
/// One for each event loop, never shared. Not for a process that forks and goes on in both halves: the child would
/// hand out the rest of its parent's block.
public final class RandomBytes {
    private static let blockLength = 4096
    private var block: [UInt8] = []
    private var used = 0

    public init() {}

    /// The next `count` bytes; they are wiped from the block as they leave it.
    public func take(_ count: Int) throws(JOSEError) -> [UInt8] {
        guard (0...Self.blockLength).contains(count) else { return try Self.fresh(count) }
        if block.count - used < count {
            block = try Self.fresh(Self.blockLength)
            used = 0
        }
        let taken = Array(block[used..<used + count])
        wipe(&block, used..<used + count)
        used += count
        return taken
    }

    /// `count` bytes straight from the generator.
    public static func fresh(_ count: Int) throws(JOSEError) -> [UInt8] {
        guard let length = Int32(exactly: count), length >= 0 else { throw .cryptoFailure }
        var bytes = [UInt8](repeating: 0, count: count)
        try require(RAND_bytes(&bytes, length))
        return bytes
    }

    deinit {
        wipe(&block, block.indices)
    }
}

/// Overwrites these bytes in a way the compiler does not optimise away.
func wipe(_ bytes: inout [UInt8], _ range: Range<Int>) {
    bytes.withUnsafeMutableBytes { memory in
        let part = UnsafeMutableRawBufferPointer(rebasing: memory[range])
        OPENSSL_cleanse(part.baseAddress, part.count)
    }
}
