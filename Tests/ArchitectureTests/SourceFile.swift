import Foundation

/// One Swift file of the package: where it is, and its lines that are no comment.
struct SourceFile: Sendable {
    /// The path below `Sources`: `MandateCore/Time/Instant.swift`.
    let path: String
    let lineCount: Int
    let code: [Substring]

    init(path: String, text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.path = path
        lineCount = lines.last == "" ? lines.count - 1 : lines.count
        code = lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
    }

    /// The first folder of the path.
    var module: String { String(path.prefix { $0 != "/" }) }

    /// The modules that the file imports, in whatever form the import is written.
    var imports: [String] {
        code.filter { $0.contains("import") }.flatMap { $0.split(separator: ";") }.compactMap { statement in
            let written =
                /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
            return statement.firstMatch(of: written).map { String($0.1) }
        }
    }

    func contains(_ pattern: Regex<Substring>) -> Bool {
        code.joined(separator: "\n").contains(pattern)
    }
}

/// The package's sources as they lie on the disk.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources", isDirectory: true)

    /// Read once.
    private static let read = Result {
        try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }.sorted()
            .map { path in
                SourceFile(
                    path: path, text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
            }
    }

    static func files() throws -> [SourceFile] { try read.get() }
}
