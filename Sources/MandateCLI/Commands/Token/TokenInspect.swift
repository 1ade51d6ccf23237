import ArgumentParser
import MandateCore
import MandateVerifier

/// `mandate token inspect`: what a token says, whether it is good, and the chain behind it.
struct TokenInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Decode the token on standard input, verify it, draw its chain.",
        discussion: """
            Keys come from --jwks, else from the server. The token is not sent anywhere.

            Example:
              mandate token inspect --jwks jwks.json < token
            """)

    @Option(help: ArgumentHelp("The issuer's keys: a file or a URL.", valueName: "file|url"))
    var jwks: String?
    @Option(help: ArgumentHelp("The chain ({\"links\":[…]}), when the token does not carry it.", valueName: "file"))
    var chain: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let text = String(decoding: try FileBytes.standardInput(limit: 64 * 1024), as: UTF8.self).trimmed
        let token = try DecodedToken(text)
        let given = try chain.map { path in try ChainFile.proof(at: path) }
        let verdict = try await verdict(on: text, chain: given)
        if json {
            try StandardOutput.line(Self.json(token, verdict).canonical)
        } else {
            try show(token, verdict, chain: given ?? Self.inlineChain(token))
        }
        if verdict?.isGood == false { throw ExitCode(1) }
    }

    /// Nil when there are no keys to verify with.
    private func verdict(on text: String, chain: ChainProof?) async throws -> TokenJudge.Verdict? {
        let known = try server.known()
        guard let place = jwks ?? known.map({ $0 + "/.well-known/jwks.json" }) else { return nil }
        let judge = TokenJudge(keys: try await KeySource.keys(at: place), issuer: nil, audience: nil, chain: chain)
        return judge.verdict(on: text, at: Clock.now())
    }

    private func show(_ token: DecodedToken, _ verdict: TokenJudge.Verdict?, chain: ChainProof?) throws {
        let terminal = Terminal.standardOutput
        let now = Clock.now()
        var lines = token.lines(for: terminal, at: now) + [terminal.styled("verdict", .strong)]
        if let verdict {
            lines.append("  " + terminal.styled(verdict.text, verdict.isGood ? .good : .bad))
        } else {
            lines.append("  " + terminal.styled("not verified: name the keys with --jwks or --server", .doubtful))
        }
        if let chain {
            lines.append(terminal.styled("chain", .strong))
            lines += ChainTree(proof: chain).lines(for: terminal, at: now).map { "  " + $0 }
        }
        for line in lines { try StandardOutput.line(line) }
    }

    /// A chain that proves nothing is not drawn; the verdict says why.
    private static func inlineChain(_ token: DecodedToken) -> ChainProof? {
        guard let links = token.claims["delegation_chain"] else { return nil }
        do throws(ChainFailure) {
            return try ChainProof(links: links)
        } catch {
            return nil
        }
    }

    private static func json(_ token: DecodedToken, _ verdict: TokenJudge.Verdict?) -> JSONValue {
        [
            "header": token.header, "claims": token.claims, "verified": verdict.map { .bool($0.isGood) } ?? .null,
            "verdict": verdict.map { .string($0.text) } ?? .null,
        ]
    }
}
