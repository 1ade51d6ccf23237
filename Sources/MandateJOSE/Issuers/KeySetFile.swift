import Glibc
import MandateCore

/// A file with the key set of a trusted issuer, which somebody else writes and replaces. Symlinks to it are followed,
/// since mounted volumes are full of them.
struct KeySetFile: Hashable, Sendable {
    let path: String

    static let longest = 256 * 1024

    /// What changes when the file does, or when another takes its place.
    struct Stamp: Hashable {
        fileprivate let device: UInt
        fileprivate let number: UInt
        fileprivate let size: Int
        fileprivate let modified: [Int]
        fileprivate let changed: [Int]

        fileprivate init(_ found: stat) {
            device = UInt(found.st_dev)
            number = UInt(found.st_ino)
            size = Int(found.st_size)
            modified = [found.st_mtim.tv_sec, found.st_mtim.tv_nsec]
            changed = [found.st_ctim.tv_sec, found.st_ctim.tv_nsec]
        }
    }

    /// The bytes of the file.
    func bytes() throws(JOSEError) -> [UInt8] {
        try opened { (number, _) throws(JOSEError) in try bytes(of: number) }
    }

    /// The bytes of the file and what it is known by, or nil when it is still the one that `known` stands for.
    func bytes(unless known: Stamp?) throws(JOSEError) -> (stamp: Stamp, bytes: [UInt8])? {
        try opened { (number, stamp) throws(JOSEError) in
            stamp == known ? nil : (stamp, try bytes(of: number))
        }
    }

    private func opened<Answer>(
        _ body: (Int32, Stamp) throws(JOSEError) -> Answer
    ) throws(JOSEError) -> Answer {
        // Without waiting for the other end of a pipe.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw failed("be opened") }
        defer { close(number) }
        var found = stat()
        guard fstat(number, &found) == 0 else { throw failed("be looked at") }
        guard found.st_mode & S_IFMT == S_IFREG else { throw .keyFile("\(path) is not a regular file") }
        return try body(number, Stamp(found))
    }

    private func bytes(of number: Int32) throws(JOSEError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count <= Self.longest {
            let count = read(number, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failed("be read") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<count])
        }
        throw .keyFile("\(path) is longer than \(Self.longest / 1024) KiB")
    }

    private func failed(_ deed: String) -> JOSEError {
        .keyFile("\(path) cannot \(deed): \(String(cString: strerror(errno)))")
    }
}
