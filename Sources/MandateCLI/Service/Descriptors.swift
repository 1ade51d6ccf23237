import Glibc

/// File descriptors: a connection needs one, and so do the database and the operators' socket.
enum Descriptors {
    private static let reserved = 128

    /// How many may be connections, so that enough are left for everything else.
    static var available: Int {
        max(1, Int(clamping: limit.rlim_cur) - reserved)
    }

    static func raise() {
        var raised = limit
        raised.rlim_cur = raised.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
    }

    private static var limit: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
