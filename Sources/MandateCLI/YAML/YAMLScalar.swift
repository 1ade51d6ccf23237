import MandateCore

/// Writes text as a YAML scalar: plain where every reader takes it for the same text, else in double quotes.
enum YAMLScalar {
    /// - Parameter isFlow: Whether it stands between brackets or braces, where less may be plain.
    static func text(_ text: String, isFlow: Bool) -> String {
        isPlain(Array(text.utf8), isFlow: isFlow) && PlainScalar.value(of: text) == .string(text)
            && !alsoTruths.contains(text) ? text : quoted(text)
    }

    /// Older readers take these for truth values, too.
    private static let alsoTruths: Set<String> = ["y", "Y", "n", "N"]

    private static func isPlain(_ bytes: [UInt8], isFlow: Bool) -> Bool {
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 256 else { return false }
        if isDigit(first) { return bytes.dropLast().allSatisfy(isDigit) && "smhd".utf8.contains(last) }
        guard isLetter(first) || "_/".utf8.contains(first) else { return false }
        return bytes.indices.allSatisfy { index in
            let byte = bytes[index]
            if isLetter(byte) || isDigit(byte) || "_./@+~-".utf8.contains(byte) { return true }
            // `https://…` is text; a colon before anything else may begin a value.
            return !isFlow && byte == UInt8(ascii: ":") && index + 1 < bytes.count
                && bytes[index + 1] == UInt8(ascii: "/")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Double quotes; what is not printed is escaped (YAML 1.2 §5.7).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        var before: Unicode.Scalar = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            // A reader that looks for aliases before it parses takes a star after these for one.
            case "*" where " ,[{".unicodeScalars.contains(before): quoted += "\\x2A"
            case _ where isPrinted(scalar): quoted.unicodeScalars.append(scalar)
            default: quoted += escaped(scalar)
            }
            before = scalar
        }
        return quoted + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        func padded(to count: Int) -> String { String(repeating: "0", count: max(0, count - hex.count)) + hex }
        if scalar.value <= 0xFF { return "\\x" + padded(to: 2) }
        return scalar.value <= 0xFFFF ? "\\u" + padded(to: 4) : "\\U" + padded(to: 8)
    }

    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
