import ArgumentParser
import MandateCore

/// `mandate token inspect`: what a token says, whether it is good, and the chain behind it.
struct TokenInspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Decode the token on standard input, verify it, draw its chain.",
        discussion: """
            Reads access tokens and delegation tokens. Keys come from --jwks, else from the server. The links of the
            chain come from --chain, from the token itself, or from the server: the token is shown to nobody else, and
            to the server only when it is good.

            Example:
              mandate token inspect --server https://tokens.example.com < token
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
        let given = try chain.map { path in try ChainReading(file: path) } ?? token.inlineChain
        var known = given.map { reading in KnownChain(reading) } ?? token.chainHash.map(KnownChain.committed)
        var judge = try await judge(chain: given)
        var verdict = judge?.verdict(on: token, at: Clock.now())
        if given == nil, verdict?.isGood == true, let hash = token.chainHash, let server = try server(for: token) {
            let fetched = try await KnownChain.fetched(hash, for: text, from: server)
            judge?.chain = fetched.reading
            verdict = judge?.verdict(on: token, at: Clock.now())
            known = fetched
        }
        try show(token, verdict, known)
        if verdict?.isGood == false { throw ExitCode(1) }
    }

    /// Nil when there are no keys to verify with.
    private func judge(chain: ChainReading?) async throws -> TokenJudge? {
        let known = try server.known()
        guard let place = jwks ?? known.map({ $0 + "/.well-known/jwks.json" }) else { return nil }
        return TokenJudge(keys: try await KeySource.keys(at: place), chain: chain)
    }

    /// Whom the token may be shown: the server that was named, or the configured one when the token is its own.
    private func server(for token: DecodedToken) throws(CommandFailure) -> String? {
        let known = try server.known()
        if server.server != nil { return known }
        return jwks == nil && known == token.claims["iss"]?.string ? known : nil
    }

    private func show(_ token: DecodedToken, _ verdict: TokenVerdict?, _ chain: KnownChain?) throws {
        if json { return try StandardOutput.line(Self.json(token, verdict, chain).canonical) }
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
            lines += chain.lines(for: terminal, at: now).map { "  " + $0 }
        }
        for line in lines { try StandardOutput.line(line) }
    }

    private static func json(
        _ token: DecodedToken, _ verdict: TokenVerdict?, _ chain: KnownChain?
    ) -> JSONValue {
        [
            "header": token.header, "claims": token.claims, "verified": verdict.map { .bool($0.isGood) } ?? .null,
            "verdict": verdict.map { .string($0.text) } ?? .null, "chain": chain?.json ?? .null,
        ]
    }
}

extension TokenJudge {
    /// What to think of a token of either kind: by what it says it is, which the proof then holds it to.
    func verdict(on token: DecodedToken, at now: Instant) -> TokenVerdict {
        token.isDelegation ? verdict(onDelegation: token.text, at: now) : verdict(on: token.text, at: now)
    }
}
