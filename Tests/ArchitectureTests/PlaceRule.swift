/// What may stand in one place only: a library behind its border, or a word that needs a reason.
struct PlaceRule: Sendable {
    let name: String
    let places: [String]
    /// Files that break the rule for a reason; the list must shrink when they no longer do.
    var exceptions: [String] = []
    private let isFound: @Sendable (SourceFile) -> Bool

    /// Modules whose names start with `prefix`.
    static func importing(_ prefix: String, onlyIn places: String...) -> PlaceRule {
        PlaceRule(name: "import \(prefix)", places: places) { file in
            file.imports.contains { $0.hasPrefix(prefix) }
        }
    }

    /// Text that matches the pattern which `pattern` makes.
    static func writing(
        _ name: String, onlyIn places: String..., pattern: @escaping @Sendable () -> Regex<Substring>
    ) -> PlaceRule {
        PlaceRule(name: name, places: places) { $0.contains(pattern()) }
    }

    private func except(_ files: String...) -> PlaceRule {
        var rule = self
        rule.exceptions = files
        return rule
    }

    func isBroken(by file: SourceFile) -> Bool {
        isFound(file) && !places.contains { file.path.hasPrefix($0) }
    }

    /// The libraries, each behind its border.
    static let libraries = [
        importing("CSQLite", onlyIn: "MandateStore/SQLite/"),
        writing("sqlite3_", onlyIn: "MandateStore/SQLite/") { /sqlite3_/ },
        importing("COpenSSL", onlyIn: "MandateJOSE/OpenSSL/"),
        writing("EVP_", onlyIn: "MandateJOSE/OpenSSL/") { /EVP_/ },
        importing(
            "NIO", onlyIn: "MandateServer/HTTP/NIO/", "MandateAdmin/Listener/NIO/", "MandateAccept/",
            "MandateDelivery/",
            "MandateEngine/"),
        importing("Hummingbird", onlyIn: "MandateAdmin/"),
    ]

    /// The words that end a process, pass over an error, or silence the compiler.
    static let words = [
        writing("try!") { /\btry\s*!/ },
        writing("try?") { /\btry\s*\?/ },
        writing("as!") { /\bas\s*!/ },
        writing("fatalError(") { /\bfatalError\s*\(/ },
        writing("preconditionFailure(") { /\bpreconditionFailure\s*\(/ },
        writing("@unchecked Sendable") { /@unchecked\s+Sendable/ },
        writing("unsafe", onlyIn: "MandateStore/SQLite/", "MandateJOSE/OpenSSL/") { /\bunsafe\b/ },
    ]
}
