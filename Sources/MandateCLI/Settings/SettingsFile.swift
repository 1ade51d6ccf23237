import MandateCore

/// The configuration file: known keys only, each a scalar of its type.
struct SettingsFile {
    static let defaultPath = "mandate.yaml"
    private static let maximumLength = 1024 * 1024
    private var said: [Setting: Said] = [:]

    /// Reads the file at `path`; there must be one.
    init(path: String) throws(CommandFailure) {
        guard FileBytes.exists(path) else {
            throw CommandFailure("\(path) does not exist: run \"mandate init\", or name the file with --config")
        }
        try self.init(try FileBytes.read(path, limit: Self.maximumLength), called: path)
    }

    /// Reads the bytes of a file that errors call `name`.
    init(_ bytes: [UInt8], called name: String) throws(CommandFailure) {
        do throws(YAMLFailure) {
            let document = try YAMLDocument(bytes)
            guard document.value.members != nil else {
                throw YAMLFailure(line: document.lines.line(of: ""), "holds no settings: write them as key: value")
            }
            try read(document.value, below: "", document.lines, file: name)
        } catch {
            throw CommandFailure(error.text(in: name))
        }
    }

    func said(_ setting: Setting) -> Said? {
        said[setting]
    }

    private mutating func read(
        _ json: JSONValue, below outer: String, _ lines: FieldLines, file: String
    ) throws(YAMLFailure) {
        for member in json.members ?? [] {
            let path = outer.isEmpty ? member.name : "\(outer).\(member.name)"
            let line = lines.line(of: FieldLines.member(member.name, of: outer))
            let inner = Self.known.first { $0.hasPrefix(path + ".") }
            if member.value.members != nil, inner != nil {
                try read(member.value, below: path, lines, file: file)
                continue
            }
            guard let setting = Self.setting(at: path) else {
                if let inner { throw YAMLFailure(line: line, field: path, "must be a mapping with \(inner) in it") }
                let sentence = "is no setting\(Self.suggestion(for: path))"
                throw YAMLFailure(line: line, field: Terminal.harmless(path), sentence)
            }
            guard said[setting] == nil else { throw YAMLFailure(line: line, field: path, "is there twice: keep one") }
            let text = try Self.text(of: member.value, for: setting, line: line, field: path)
            said[setting] = Said(text: text, place: "\(file):\(line ?? 0): \(path)")
        }
    }

    private static let known = Setting.allCases.map(\.rawValue)

    /// `keys: DIRECTORY` is short for `keys: {directory: DIRECTORY}`.
    private static func setting(at path: String) -> Setting? {
        path == "keys" ? .keys : Setting(rawValue: path)
    }

    private static func suggestion(for path: String) -> String {
        guard let near = NearestName.nearest(to: path, among: known + ["keys"]) else {
            return ": remove it, or see the list in \"mandate serve --help\""
        }
        return ": did you mean \(near)?"
    }

    private static func text(
        of value: JSONValue, for setting: Setting, line: Int?, field: String
    ) throws(YAMLFailure) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number) where setting.isNumber: return String(number)
        case .null: throw YAMLFailure(line: line, field: field, "has no value: give it one or remove the line")
        case .bool, .integer, .number:
            let mend = setting.isNumber ? "must be a whole number" : "must be a string: put it in quotes"
            throw YAMLFailure(line: line, field: field, mend)
        case .array(let elements) where setting.isList:
            let words = elements.compactMap(\.string)
            guard words.count == elements.count, !words.contains(where: { $0.isEmpty || $0.contains(" ") }) else {
                throw YAMLFailure(line: line, field: field, "must be a list of ids")
            }
            return words.joined(separator: " ")
        case .array, .object:
            throw YAMLFailure(line: line, field: field, "must be one value, not a list or a mapping")
        }
    }
}
