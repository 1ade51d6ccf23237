import ArgumentParser

/// Who asks, and whom: the agent as a client of the token service. The secret is never an argument.
struct ClientOptions: ParsableArguments {
    @Option(name: .customLong("client-id"), help: ArgumentHelp("The agent's id.", valueName: "id"))
    var clientID: String
    @Option(help: ArgumentHelp("The file with the agent's secret.", valueName: "file"))
    var clientSecretFile: String?
    @OptionGroup var server: ServerOptions

    private static let fallback = "http://127.0.0.1:8080"
    private static let longestSecret = 4096

    /// The client that will ask for a token with these parameters.
    func client(for parameters: [TokenClient.Parameter]) throws(CommandFailure) -> TokenClient {
        TokenClient(
            server: try server.known() ?? Self.fallback, clientID: clientID, secret: try secret(),
            parameters: parameters)
    }

    private func secret() throws(CommandFailure) -> String {
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
