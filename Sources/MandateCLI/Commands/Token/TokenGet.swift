import ArgumentParser

/// `mandate token get`: a token for an agent, as its client would fetch it.
struct TokenGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetch a token and print it, or keep a fresh one in a file.",
        discussion: """
            The client secret is taken from MANDATE_CLIENT_SECRET or from --client-secret-file, never from an argument.
            With --requested-token-type delegation the agent starts a chain of its own.

            Example:
              mandate token get --client-id inventory-001 --audience cloud-inventory-api \\
                --scope ec2:DescribeInstances --task INC-4711 --decode
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var request: RequestOptions
    @OptionGroup var answer: AnswerOptions
    @Flag(help: "Keep a fresh token in the file of --out.")
    var watch = false

    func validate() throws {
        if watch, answer.out == nil { throw ValidationError("--watch needs --out") }
    }

    func run() async throws {
        let client = try client.client(for: [(name: "grant_type", value: "client_credentials")] + request.parameters)
        guard let out = answer.out, watch else { return try await answer.show(client) }
        do {
            try await TokenWatch(fetch: { try await answer.token(of: client) }, file: PrivateFile(path: out)).run()
        } catch let refusal as TokenRefusal {
            throw client.failure(refusal)
        }
    }
}
