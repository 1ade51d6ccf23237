import Glibc

/// Whole files and streams as bytes, with bounds and with errors that name the file and the mend.
enum FileBytes {
    /// All bytes of a file that has at most `limit` of them.
    static func read(_ path: String, limit: Int) throws(CommandFailure) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw CommandFailure("\(path) cannot be read: \(reason()); check the path") }
        defer { close(number) }
        return try read(from: number, limit: limit, called: path)
    }

    /// All bytes of an open stream that has at most `limit` of them.
    static func read(from number: Int32, limit: Int, called name: String) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(number, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure("\(name) cannot be read: \(reason())") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= limit else {
                throw CommandFailure("\(name) is longer than \(limit) bytes: give a shorter one")
            }
        }
    }

    static func standardInput(limit: Int) throws(CommandFailure) -> [UInt8] {
        try read(from: STDIN_FILENO, limit: limit, called: "standard input")
    }

    static func write(_ bytes: [UInt8], to number: Int32, called name: String) throws(CommandFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { rest in Glibc.write(number, rest.baseAddress, rest.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EPIPE { throw .nobodyReads }
            guard count > 0 else { throw CommandFailure("\(name) cannot be written: \(reason())") }
            written += count
        }
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The directory as every process finds it, symlinks resolved.
    static func absolute(directory: String) throws(CommandFailure) -> String {
        guard let found = realpath(directory, nil) else {
            throw CommandFailure("\(directory) cannot be found: \(reason()); check the path")
        }
        defer { free(found) }
        return String(cString: found)
    }

    /// A file's path from the root, as whoever runs elsewhere needs it; nothing has to be there.
    static func absolute(file: String) throws(CommandFailure) -> String {
        guard !file.isEmpty, !file.hasSuffix("/") else {
            throw CommandFailure("\"\(file)\" is no path of a file: give one")
        }
        guard !file.hasPrefix("/") else { return file }
        guard let directory = getcwd(nil, 0) else {
            throw CommandFailure("the working directory cannot be found: \(reason())")
        }
        defer { free(directory) }
        return String(cString: directory) + "/" + file
    }

    static func reason() -> String {
        String(cString: strerror(errno))
    }
}
