/// What is wrong in a YAML file, and where.
struct YAMLFailure: Error, Hashable {
    let line: Int?
    let field: String?
    /// One sentence with the mend.
    let sentence: String

    init(line: Int?, field: String? = nil, _ sentence: String) {
        self.line = line
        self.field = field
        self.sentence = sentence
    }

    /// `FILE:LINE: field: sentence`.
    func text(in file: String) -> String {
        let place = line.map { "\(file):\($0)" } ?? file
        guard let field, !field.isEmpty else { return "\(place): \(sentence)" }
        return "\(place): \(field): \(sentence)"
    }
}
