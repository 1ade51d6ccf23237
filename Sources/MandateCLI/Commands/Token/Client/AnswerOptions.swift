import ArgumentParser

/// How a token that was fetched is shown or kept.
struct AnswerOptions: ParsableArguments {
    @Flag(help: "Print header and claims instead of the token; they are not verified.")
    var decode = false
    @Flag(help: "Print the whole answer as JSON.")
    var json = false
    @Option(help: ArgumentHelp("Write the token to this file (mode 0400).", valueName: "file"))
    var out: String?
    @Flag(help: "When a person has to approve it first, wait until somebody has decided.")
    var wait = false

    func validate() throws {
        if (decode || out != nil) && json || decode && out != nil {
            throw ValidationError("give one of --decode, --json and --out")
        }
    }

    /// Fetches one token and shows it; a refusal becomes a sentence with its reason.
    func show(_ client: TokenClient) async throws {
        do {
            try show(try await token(of: client))
        } catch let refusal as TokenRefusal {
            throw client.failure(refusal)
        }
    }

    /// One token, waited for when it has to be.
    func token(of client: TokenClient) async throws -> TokenAnswer {
        wait ? try await ApprovalWait(client: client).token() : try await client.token()
    }

    private func show(_ answer: TokenAnswer) throws(CommandFailure) {
        if let out { return try PrivateFile(path: out).replace(with: Array((answer.token + "\n").utf8)) }
        if json { return try StandardOutput.line(answer.json.canonical) }
        guard decode else { return try StandardOutput.line(answer.token) }
        let token = try DecodedToken(answer.token)
        for line in token.lines(for: .standardOutput, at: Clock.now()) { try StandardOutput.line(line) }
    }
}
