import MandateCore

/// A YAML file with the registry or one record of it: its content as JSON, and where each field stands for what the server says about it.
struct RegistryFile {
    let json: JSONValue
    /// What the file is called where it is spoken of.
    let name: String
    private let lines: FieldLines

    /// - Parameter path: A file, or `-` for standard input, whose relative paths start from the working directory.
    init(path: String) throws(CommandFailure) {
        if path == "-" {
            let bytes = try FileBytes.standardInput(limit: YAMLDocument.maximumLength)
            try self.init(bytes, called: "standard input", in: try FileBytes.absolute(directory: "."))
            return
        }
        let bytes = try FileBytes.read(path, limit: YAMLDocument.maximumLength)
        try self.init(bytes, called: path, in: try FileBytes.absolute(directory: Settings.directory(of: path)))
    }

    /// - Parameter directory: The absolute directory that relative paths in the file start from.
    init(_ bytes: [UInt8], called name: String, in directory: String) throws(CommandFailure) {
        do throws(YAMLFailure) {
            let document = try YAMLDocument(bytes)
            guard document.value.members != nil else {
                throw YAMLFailure(
                    line: document.lines.line(of: ""), "must be a mapping of names to values, as in a registry file")
            }
            json = document.value.resolvingKeyFiles(from: directory)
            lines = document.lines
            self.name = name
        } catch {
            throw CommandFailure(error.text(in: name))
        }
    }

    /// What it says of the registry: cases that stand beside policies are for `mandate policy test`.
    var records: JSONValue { .object((json.members ?? []).filter { $0.name != "cases" }) }

    /// What the server refused, with the line it is about.
    func failure(_ refused: Refused) -> CommandFailure { failure(refused.detail, at: refused.field) }

    /// What was found wrong here, with the line it is about.
    func failure(_ problem: Problem) -> CommandFailure { failure(problem.detail, at: problem.field) }

    private func failure(_ detail: String, at field: String?) -> CommandFailure {
        let line = lines.line(of: field ?? "")
        let sentence = Terminal.harmless(detail)
        return CommandFailure(YAMLFailure(line: line, field: field.map(Terminal.harmless), sentence).text(in: name))
    }
}
