import MandateCore
import Yams

/// A YAML document as JSON, with the line every field stands on.
///
/// The plain subset people write: mappings with text keys, lists, scalars. Anchors, aliases, tags and several documents
/// are refused, and a key may be there once.
struct YAMLDocument {
    static let maximumLength = 16 * 1024 * 1024
    static let maximumDepth = 16
    /// Without this many aliases nothing can grow to a size that matters while it is being composed.
    private static let toleratedAliases = 16

    let value: JSONValue
    let lines: FieldLines

    init(_ bytes: [UInt8]) throws(YAMLFailure) {
        guard bytes.count <= Self.maximumLength else {
            throw YAMLFailure(line: nil, "is longer than 16 MiB: split it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw YAMLFailure(line: nil, "is not UTF-8: save it as UTF-8")
        }
        if let line = Self.lineWithTooManyAliases(bytes) {
            throw YAMLFailure(line: line, "aliases (*name) are not supported: write the value out or put it in quotes")
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            let root = try parser.singleRoot()
            var reading = YAMLReading()
            // Nodes hold their anchors weakly; the parser keeps them.
            value = try withExtendedLifetime(parser) { () throws -> JSONValue in
                guard let root else { return .object([]) }
                return try reading.value(of: root, at: "", depth: 0)
            }
            lines = reading.lines
        } catch let failure as YAMLFailure {
            throw failure
        } catch {
            throw YAMLFailure(error)
        }
    }

    /// The line of the first alias too many. It may count a word that is no alias; it never misses one.
    private static func lineWithTooManyAliases(_ bytes: [UInt8]) -> Int? {
        var (line, aliases) = (1, 0)
        var before = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "*"), " \t\n\r,[{".utf8.contains(before), index + 1 < bytes.count,
                !" \t\n\r,]}*\"'".utf8.contains(bytes[index + 1])
            {
                aliases += 1
                if aliases > toleratedAliases { return line }
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            before = byte
        }
        return nil
    }
}

/// The line each field of a document stands on; fields are named like `agents[2].owner`.
struct FieldLines {
    private var lines: [String: Int] = [:]

    mutating func note(_ field: String, line: Int?) {
        lines[field] = line
    }

    /// What the member `name` of `field` is called: `agents[2].owner`, or `capabilities["https://a.example"]` when the
    /// name is not a plain word.
    static func member(_ name: String, of field: String) -> String {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isPlain) else { return "\(field)[\"\(name)\"]" }
        return field.isEmpty ? name : "\(field).\(name)"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The line of the field or, when it is missing, of the innermost thing around it.
    func line(of field: String) -> Int? {
        var field = Substring(field)
        while true {
            if let line = lines[String(field)] { return line }
            guard let cut = field.lastIndex(where: { $0 == "." || $0 == "[" }) else { return lines[""] }
            field = field[..<cut]
        }
    }
}

extension YAMLFailure {
    /// What the library has to say, without the excerpt of the file it adds.
    init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(line: mark.line, "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map(Terminal.harmless).joined(separator: ", ")
            self.init(line: context.mark.line, "the key \(names) is there twice: keep one")
        case .reader(let problem, _, _, _): self.init(line: nil, "is not YAML: \(problem)")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil:
            self.init(line: nil, "cannot be read as YAML")
        @unknown default: self.init(line: nil, "cannot be read as YAML")
        }
    }
}
