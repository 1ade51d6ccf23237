/// Why a command did not do what it was asked: one sentence with what, where and the mend. Never a secret.
struct CommandFailure: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        description = sentence
    }
}
