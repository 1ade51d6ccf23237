import MandateCore

/// Keeps a fresh token in a file: a new one at two thirds of the life of the old.
struct TokenWatch {
    /// Fetches a new one.
    let fetch: () async throws -> TokenAnswer
    let file: PrivateFile

    /// Runs until a token is refused for good, or the server stays away through all attempts.
    func run() async throws {
        while true {
            let answer = try await tokenInTheEnd()
            try file.replace(with: Array((answer.token + "\n").utf8))
            try await Task.sleep(for: RenewalSchedule.rest(before: answer.lifetime))
        }
    }

    /// Tries again what may pass, with growing pauses.
    private func tokenInTheEnd() async throws -> TokenAnswer {
        var failures = 0
        while true {
            do {
                return try await fetch()
            } catch let refusal as TokenRefusal where !refusal.mayPass {
                throw refusal
            } catch {
                failures += 1
                guard let pause = RenewalSchedule.pause(after: failures) else { throw error }
                StandardError.line("mandate: \(error); trying again in \(pause.components.seconds) s")
                try await Task.sleep(for: pause)
            }
        }
    }
}

/// When to ask for a token again.
enum RenewalSchedule {
    private static let attempts = 10
    private static let longestPause = 60

    /// How long a token of this life is left alone, at least one second.
    static func rest(before lifetime: Int64) -> Duration {
        .milliseconds(max(1000, min(lifetime, 86_400) * 2000 / 3))
    }

    /// 1, 2, 4 … 60 seconds; nil when it is time to give up.
    static func pause(after failures: Int) -> Duration? {
        guard failures < attempts else { return nil }
        return .seconds(min(1 << (failures - 1), longestPause))
    }
}
