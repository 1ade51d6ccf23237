import Glibc

/// Where a command prints: a person's terminal gets tables and colour, a pipe gets plain lines.
struct Terminal: Sendable {
    let isInteractive: Bool
    let hasColour: Bool

    /// Standard output, without colour when `NO_COLOR` is set.
    static let standardOutput: Terminal = {
        let isInteractive = isatty(STDOUT_FILENO) == 1
        let isColourless = Environment.current["NO_COLOR"].map { !$0.isEmpty } ?? false
        return Terminal(isInteractive: isInteractive, hasColour: isInteractive && !isColourless)
    }()

    /// How a word is shown where there is colour.
    enum Tone: String {
        case good = "32"
        case bad = "31"
        case doubtful = "33"
        case quiet = "2"
        case strong = "1"
    }

    func styled(_ text: String, _ tone: Tone) -> String {
        hasColour ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// `text` without what could steer a terminal or forge another line: control characters are shown, not sent.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isSteering) else { return text }
        return text.unicodeScalars.reduce(into: "") { shown, scalar in
            if isSteering(scalar) {
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

/// The bytes that leave the program.
enum StandardOutput {
    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        try FileBytes.write(bytes, to: STDOUT_FILENO, called: "standard output")
    }

    static func line(_ text: String) throws(CommandFailure) {
        try write(Array((text + "\n").utf8))
    }

    static func line(_ bytes: [UInt8]) throws(CommandFailure) {
        try write(bytes + [UInt8(ascii: "\n")])
    }
}

/// Words for the person who runs the command, beside its output.
enum StandardError {
    /// Where nobody listens, there is nobody to tell.
    static func line(_ text: String) {
        do throws(CommandFailure) {
            try FileBytes.write(Array((text + "\n").utf8), to: STDERR_FILENO, called: "standard error")
        } catch {
            return
        }
    }
}
