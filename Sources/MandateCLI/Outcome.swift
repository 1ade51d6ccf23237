import ArgumentParser
import Glibc
import MandateCore

/// How a command ended: what is still to be said, and the exit status.
struct Outcome: Hashable {
    let status: Int32
    /// For standard output when all is well, such as a help text; for standard error otherwise.
    let message: String

    private static let refused: Int32 = 1
    private static let misused: Int32 = 2

    /// Parses the arguments and runs the command.
    static func of(_ arguments: [String]) async -> Outcome {
        do {
            var command = try MandateCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return Outcome(status: 0, message: "")
        } catch {
            return Outcome(error)
        }
    }

    private init(status: Int32, message: String) {
        self.status = status
        self.message = message
    }

    /// Our own failures are sentences; the rest is about usage, or asks for help.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure where failure == .nobodyReads: self.init(status: 0, message: "")
        case let failure as CommandFailure: self.init(status: Self.refused, message: "mandate: \(failure)")
        case let refused as Refused: self.init(status: Self.refused, message: "mandate: \(refused)")
        case let problem as Problem: self.init(status: Self.refused, message: "mandate: \(problem.detail)")
        default:
            let code = MandateCommand.exitCode(for: error)
            let status = code == .validationFailure ? Self.misused : code.rawValue
            self.init(status: status, message: MandateCommand.fullMessage(for: error))
        }
    }

    func finish() -> Never {
        if !message.isEmpty {
            if status == 0 { print(message) } else { StandardError.line(message) }
        }
        exit(status)
    }
}
