import Glibc

/// The lines of a file or of standard input, one after the other and in bounded memory.
struct LineReader: ~Copyable {
    /// The number of the line that was read last, from 1.
    private(set) var line = 0
    private let number: Int32
    private let name: String
    private let limit: Int
    private var buffered: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// Opens the file; lines may have `limit` bytes.
    init(file path: String, limit: Int) throws(CommandFailure) {
        number = open(path, O_RDONLY | O_CLOEXEC)
        name = path
        self.limit = limit
        guard number >= 0 else {
            throw CommandFailure("\(path) cannot be read: \(FileBytes.reason()); check the path")
        }
    }

    /// Reads standard input.
    init(standardInputWithLimit limit: Int) {
        number = dup(STDIN_FILENO)
        name = "standard input"
        self.limit = limit
    }

    deinit {
        close(number)
    }

    /// The next line without its newline; nil after the last. A last line needs no newline.
    mutating func next() throws(CommandFailure) -> [UInt8]? {
        var searched = position
        while true {
            if let end = buffered[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let found = Array(buffered[position..<end])
                position = end + 1
                line += 1
                return found
            }
            searched = buffered.count
            guard searched - position <= limit else {
                throw CommandFailure("\(name):\(line + 1): the line is longer than \(limit) bytes")
            }
            if isAtEnd { return rest() }
            searched -= position
            try fill()
        }
    }

    private mutating func rest() -> [UInt8]? {
        guard position < buffered.count else { return nil }
        defer { position = buffered.count }
        line += 1
        return Array(buffered[position...])
    }

    /// Moves what is not read yet to the front and reads one block behind it.
    private mutating func fill() throws(CommandFailure) {
        buffered.removeFirst(position)
        position = 0
        var block = [UInt8](repeating: 0, count: 256 * 1024)
        var count = Glibc.read(number, &block, block.count)
        while count < 0, errno == EINTR { count = Glibc.read(number, &block, block.count) }
        guard count >= 0 else { throw CommandFailure("\(name) cannot be read: \(FileBytes.reason())") }
        isAtEnd = count == 0
        buffered.append(contentsOf: block[..<count])
    }
}
