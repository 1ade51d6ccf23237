import Glibc
import MandateCore

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
            if stop.isSet { throw Problem.stopping }
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
