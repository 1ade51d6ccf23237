import ArgumentParser

/// `mandate token exchange`: one token for another (RFC 8693), as an agent's client would do it.
struct TokenExchange: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Exchange a token for another: start a chain, hand over, redeem, pass on.",
        discussion: """
            A person's token starts a chain, a delegation token is handed over narrower or redeemed for an access token,
            an access token that was sent to an agent is passed on. Neither the token nor the client secret is ever an
            argument: they are read from files, standard input (-) or MANDATE_CLIENT_SECRET.

            Example:
              mandate token exchange --client-id planner-001 --subject-token-file delegation.jwt \\
                --subject-token-type delegation --requested-token-type delegation --requested-actor inventory-001 \\
                --audience cloud-inventory-api --scope ec2:DescribeInstances --out handed-over.jwt
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: ArgumentHelp("The token to exchange: a file, or - for standard input.", valueName: "file|-"))
    var subjectTokenFile: String
    @Option(help: ArgumentHelp("What it is.", valueName: "kind"))
    var subjectTokenType: SubjectTokenType
    @OptionGroup var request: RequestOptions
    @OptionGroup var answer: AnswerOptions

    private static let grant = "urn:ietf:params:oauth:grant-type:token-exchange"
    private static let longestToken = 64 * 1024

    func run() async throws {
        try await answer.show(try client.client(for: parameters(exchanging: try subjectToken())))
    }

    func parameters(exchanging subject: String) -> [TokenClient.Parameter] {
        [
            (name: "grant_type", value: Self.grant), (name: "subject_token", value: subject),
            (name: "subject_token_type", value: subjectTokenType.uri),
        ] + request.parameters
    }

    private func subjectToken() throws(CommandFailure) -> String {
        let bytes =
            if subjectTokenFile == "-" {
                try FileBytes.standardInput(limit: Self.longestToken)
            } else {
                try FileBytes.read(subjectTokenFile, limit: Self.longestToken)
            }
        let token = String(decoding: bytes, as: UTF8.self).trimmed
        if token.isEmpty { throw CommandFailure("\(subjectTokenFile) holds no token: give the token to exchange") }
        return token
    }
}
