import ArgumentParser
import MandateCore

/// `mandate verify`: tokens on standard input, one verdict a line, without asking the server.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify access tokens offline: tokens in, one verdict a line out.",
        discussion: """
            A verdict is "ok SUB JTI" or "refused REASON"; the exit status is 1 when any token was refused. Without
            --issuer or --audience whoever issued a token, and whomever it is for, is not judged. With --revocations a
            token that its issuer took back is refused, and so is every token once the list is an hour old.

            Example:
              mandate verify --jwks https://tokens.example.com/.well-known/jwks.json \\
                --issuer https://tokens.example.com --audience cloud-inventory-api \\
                --revocations https://tokens.example.com/revocations < tokens
            """)

    @Option(help: ArgumentHelp("The issuer's keys: a file or a URL.", valueName: "file|url"))
    var jwks: String
    @Option(help: ArgumentHelp("Refuse tokens of any other issuer.", valueName: "url"))
    var issuer: String?
    @Option(help: ArgumentHelp("Refuse tokens for any other audience.", valueName: "id"))
    var audience: String?
    @Option(help: ArgumentHelp("Also prove this chain ({\"links\":[…]}) for each token.", valueName: "file"))
    var chain: String?
    @Option(help: ArgumentHelp("The issuer's list of revocations: a file or a URL.", valueName: "file|url"))
    var revocations: String?
    @Flag(help: "Print a verdict as a JSON object: ok with sub and jti, or with the reason.")
    var json = false
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if let issuer, Issuer(issuer) == nil { throw ValidationError("--issuer must be \(Issuer.grammar)") }
        if let audience, AudienceID(audience) == nil {
            throw ValidationError("--audience must be \(AudienceID.grammar)")
        }
    }

    func run() async throws {
        let keys = try await KeySource.keys(at: jwks)
        var judge = TokenJudge(
            keys: keys, issuer: issuer.flatMap { Issuer($0) }, audience: audience.flatMap { AudienceID($0) },
            chain: try chain.map { path in try ChainReading(file: path) })
        if let revocations {
            judge.revocations = try await RevocationSource.list(
                at: revocations, issuer: judge.issuer, keys: keys, at: Clock.now())
        }
        var lines = LineReader(standardInputWithLimit: 1024 * 1024)
        var isAllGood = true
        while let line = try lines.next() {
            let token = String(decoding: line, as: UTF8.self).trimmed
            if token.isEmpty { continue }
            let verdict = judge.verdict(on: token, at: Clock.now())
            isAllGood = isAllGood && verdict.isGood
            try StandardOutput.line(json ? verdict.json.canonical : Array(verdict.text.utf8))
        }
        if !isAllGood { throw ExitCode(1) }
    }
}
