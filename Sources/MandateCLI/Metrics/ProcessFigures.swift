import Glibc
import MandateMetrics

/// What the system says of this process (`/proc/self`); what it does not say is left out.
enum ProcessFigures {
    static func samples() -> [Sample] {
        var samples: [Sample] = []
        if let started { samples.append(Sample("process_start_time_seconds", started)) }
        if let cpu { samples.append(Sample("process_cpu_seconds_total", cpu)) }
        if let resident { samples.append(Sample("process_resident_memory_bytes", resident)) }
        if let descriptors { samples.append(Sample("process_open_fds", descriptors)) }
        return samples
    }

    /// Field 22 of `stat` is in ticks since the system started (proc(5)).
    private static var started: Double? {
        guard let stat = text(of: "/proc/self/stat"), let end = stat.lastIndex(of: ")"),
            let system = text(of: "/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        else { return nil }
        // The name of the program may hold anything; the fields after it are 3 and up.
        let fields = stat[end...].split(separator: " ").dropFirst()
        guard fields.count > 19, let ticks = Double(fields[fields.startIndex + 19]),
            let boot = Double(system.dropFirst("btime ".count))
        else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static var cpu: Double? {
        var usage = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &usage) == 0 else { return nil }
        return Double(usage.tv_sec) + Double(usage.tv_nsec) / 1e9
    }

    private static var resident: Double? {
        guard let fields = text(of: "/proc/self/statm")?.split(separator: " "), fields.count > 1,
            let pages = Double(fields[1])
        else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var descriptors: Double? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = -3.0  // itself, and the two dots
        while readdir(directory) != nil { count += 1 }
        return count
    }

    /// A small file of the system.
    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while bytes.count < 1 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
