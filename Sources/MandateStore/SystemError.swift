import Glibc

/// What the system says about its last error.
enum SystemError {
    static var text: String { String(cString: strerror(errno)) }
}
