import MandateCore

/// Asks for a token and, when a person has to decide first, again and again until somebody has.
struct ApprovalWait {
    let client: TokenClient

    /// The `grant_type` under which the answer to a request that waits is asked for.
    private static let grant = "urn:ietf:params:oauth:grant-type:deferred"
    /// No server makes a client wait longer between two questions, in seconds.
    private static let longestPause: Int64 = 60

    /// One token, or a ``TokenRefusal``: somebody denied it, or nobody decided in time.
    func token() async throws -> TokenAnswer {
        do {
            return try await client.adding([(name: "completion_mode", value: "deferred")]).token()
        } catch let refusal as TokenRefusal {
            guard let waiting = refusal.waiting, waiting.code != nil else { throw refusal }
            StandardError.line(
                Terminal.harmless("mandate: waiting for a person to decide about approval \(waiting.approval)"))
            return try await token(after: waiting)
        }
    }

    private func token(after first: TokenRefusal.Waiting) async throws -> TokenAnswer {
        var (waiting, failures) = (first, 0)
        while true {
            try await Task.sleep(for: .seconds(min(max(waiting.interval, 1), Self.longestPause)))
            do {
                return try await client.asking([
                    (name: "grant_type", value: Self.grant), (name: "deferral_code", value: waiting.code ?? ""),
                ]).token()
            } catch let refusal as TokenRefusal {
                if let again = refusal.waiting, again.code != nil {
                    // Under other policies or another rule the same request is another one, which waits for itself.
                    if again.approval != waiting.approval {
                        StandardError.line(
                            Terminal.harmless("mandate: the request waits anew, for approval \(again.approval)"))
                    }
                    (waiting, failures) = (again, 0)
                    continue
                }
                failures += 1
                guard refusal.mayPass, RenewalSchedule.pause(after: failures) != nil else { throw refusal }
            }
        }
    }
}

extension TokenRefusal {
    /// A request that waits for a person.
    struct Waiting: Hashable, Sendable {
        let approval: String
        /// Nil when the client did not say that it would wait.
        let code: String?
        /// How long to leave the server alone, in seconds.
        let interval: Int64
    }
}
