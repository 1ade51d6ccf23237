/// Why a command did not do what it was asked: one sentence with what, where and the mend. Never a secret.
struct CommandFailure: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        // Paths and addresses come from arguments, and may come from somebody else.
        description = Terminal.harmless(sentence)
    }

    /// Whoever read the output has seen enough, as `head` does.
    static let nobodyReads = CommandFailure("the output was closed")
}
