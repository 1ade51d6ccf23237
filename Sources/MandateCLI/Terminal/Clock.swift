import Glibc
import MandateCore

/// The wall clock, in milliseconds.
enum Clock {
    @Sendable static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension String {
    /// Without blanks around it.
    var trimmed: String {
        let blanks = " \t\r\n".utf8
        let start = utf8.drop { byte in blanks.contains(byte) }
        guard let last = start.lastIndex(where: { byte in !blanks.contains(byte) }) else { return "" }
        return String(decoding: utf8[start.startIndex...last], as: UTF8.self)
    }
}
