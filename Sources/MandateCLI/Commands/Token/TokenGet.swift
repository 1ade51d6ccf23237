import ArgumentParser
import MandateCore

/// `mandate token get`: a token for an agent, as its client would fetch it.
struct TokenGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetch an access token and print it, or keep a fresh one in a file.",
        discussion: """
            The client secret is taken from MANDATE_CLIENT_SECRET or from --client-secret-file, never from an argument.

            Example:
              mandate token get --client-id inventory-001 --audience cloud-inventory-api \\
                --scope ec2:DescribeInstances --task-id INC-4711 --decode
            """)

    @Option(name: .customLong("client-id"), help: ArgumentHelp("The agent's id.", valueName: "id"))
    var clientID: String
    @Option(help: ArgumentHelp("The file with the agent's secret.", valueName: "file"))
    var clientSecretFile: String?
    @Option(help: ArgumentHelp("Whom the token is for, by id.", valueName: "id"))
    var audience: String?
    @Option(help: ArgumentHelp("Whom the token is for, by URI.", valueName: "uri"))
    var resource: String?
    @Option(help: ArgumentHelp("What it is to allow, separated by spaces.", valueName: "scopes"))
    var scope: String?
    @Option(name: .customLong("task-id"), help: ArgumentHelp("The task it is for.", valueName: "id"))
    var taskID: String?
    @Option(help: ArgumentHelp("Why it is wanted.", valueName: "text"))
    var taskPurpose: String?
    @Option(help: ArgumentHelp("A shorter life, in seconds.", valueName: "seconds"))
    var expiresIn: Int64?
    @Flag(help: "Print header and claims instead of the token; they are not verified.")
    var decode = false
    @Flag(help: "Print the whole answer as JSON.")
    var json = false
    @Flag(help: "Keep a fresh token in the file of --out.")
    var watch = false
    @Option(help: ArgumentHelp("Write the token to this file (mode 0400).", valueName: "file"))
    var out: String?
    @OptionGroup var server: ServerOptions

    private static let fallback = "http://127.0.0.1:8080"
    private static let longestSecret = 4096

    func validate() throws {
        if watch, out == nil { throw ValidationError("--watch needs --out") }
        if audience != nil, resource != nil { throw ValidationError("give either --audience or --resource, not both") }
        if (decode || out != nil) && json || decode && out != nil {
            throw ValidationError("give one of --decode, --json and --out")
        }
    }

    func run() async throws {
        let client = TokenClient(
            server: try server.known() ?? Self.fallback, clientID: clientID, secret: try secret(),
            parameters: parameters)
        do {
            if let out, watch { return try await TokenWatch(client: client, file: PrivateFile(path: out)).run() }
            try show(try await client.token())
        } catch let refusal as TokenRefusal {
            throw CommandFailure("\(client.server) refused: \(refusal)")
        }
    }

    private func show(_ answer: TokenAnswer) throws {
        if let out { return try PrivateFile(path: out).replace(with: Array((answer.token + "\n").utf8)) }
        if json { return try StandardOutput.line(answer.json.canonical) }
        guard decode else { return try StandardOutput.line(answer.token) }
        let token = try DecodedToken(answer.token)
        for line in token.lines(for: .standardOutput, at: Clock.now()) { try StandardOutput.line(line) }
    }

    private var parameters: [(name: String, value: String)] {
        let given: [(String, String?)] = [
            ("grant_type", "client_credentials"), ("audience", audience), ("resource", resource), ("scope", scope),
            ("task_id", taskID), ("task_purpose", taskPurpose), ("expires_in", expiresIn.map { String($0) }),
        ]
        return given.compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    private func secret() throws -> String {
        let secret =
            if let clientSecretFile {
                String(decoding: try FileBytes.read(clientSecretFile, limit: Self.longestSecret), as: UTF8.self).trimmed
            } else {
                Environment.current["MANDATE_CLIENT_SECRET"] ?? ""
            }
        if secret.isEmpty {
            throw CommandFailure("there is no client secret: set MANDATE_CLIENT_SECRET or name a --client-secret-file")
        }
        return secret
    }
}
