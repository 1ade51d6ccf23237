import MandateCore

/// A YAML file for the registry: its content as JSON, and where each field stands for what the server says about it.
struct RegistryFile {
    let json: JSONValue
    private let path: String
    private let lines: FieldLines

    init(path: String) throws(CommandFailure) {
        let bytes = try FileBytes.read(path, limit: YAMLDocument.maximumLength)
        try self.init(bytes, called: path, in: try FileBytes.absolute(directory: Settings.directory(of: path)))
    }

    /// - Parameter directory: The absolute directory that relative paths in the file start from.
    init(_ bytes: [UInt8], called path: String, in directory: String) throws(CommandFailure) {
        do throws(YAMLFailure) {
            let document = try YAMLDocument(bytes)
            guard document.value.members != nil else {
                throw YAMLFailure(line: document.lines.line(of: ""), "must be a mapping, such as agents: […]")
            }
            json = document.value.resolvingKeyFiles(from: directory)
            lines = document.lines
            self.path = path
        } catch {
            throw CommandFailure(error.text(in: path))
        }
    }

    /// What the server refused, with the line it is about.
    func failure(_ refused: Refused) -> CommandFailure {
        let line = lines.line(of: refused.field ?? "")
        let field = refused.field.map(Terminal.harmless)
        let sentence = Terminal.harmless(refused.detail)
        return CommandFailure(YAMLFailure(line: line, field: field, sentence).text(in: path))
    }
}
