import Glibc

/// A walk through a directory of zones that ends however large the directory is.
struct ZoneWalk {
    /// The time zone database has some 1,800 entries, three directories deep.
    private static let most = 10_000
    private static let depth = 3

    private let root: String
    private var seen = 0

    init(below root: String) { self.root = root }

    /// Calls `body` with the path below the root of every regular file, in no order.
    mutating func collect(_ body: (String) -> Void) { collect(below: "", depth: 1, body) }

    private mutating func collect(below prefix: String, depth: Int, _ body: (String) -> Void) {
        guard let entries = opendir("\(root)/\(prefix)") else { return }
        defer { closedir(entries) }
        while seen < Self.most, let entry = readdir(entries) {
            seen += 1
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard !name.hasPrefix("."), stat("\(root)/\(prefix)\(name)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG: body(prefix + name)
            case S_IFDIR where depth < Self.depth: collect(below: "\(prefix)\(name)/", depth: depth + 1, body)
            default: continue
            }
        }
    }
}
