import ArgumentParser
import MandateCore
import MandateJOSE
import MandateVerifier

/// `mandate verify`: tokens on standard input, one verdict a line, without asking the server.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify access tokens offline: tokens in, one verdict a line out.",
        discussion: """
            A verdict is "ok SUB JTI" or "refused REASON"; the exit status is 1 when any token was refused. Without
            --issuer or --audience whoever issued a token, and whomever it is for, is not judged.

            Example:
              mandate verify --jwks https://tokens.example.com/.well-known/jwks.json \\
                --issuer https://tokens.example.com --audience cloud-inventory-api < tokens
            """)

    @Option(help: ArgumentHelp("The issuer's keys: a file or a URL.", valueName: "file|url"))
    var jwks: String
    @Option(help: ArgumentHelp("Refuse tokens of any other issuer.", valueName: "url"))
    var issuer: String?
    @Option(help: ArgumentHelp("Refuse tokens for any other audience.", valueName: "id"))
    var audience: String?
    @Option(help: ArgumentHelp("Also prove this chain ({\"links\":[…]}) for each token.", valueName: "file"))
    var chain: String?
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if let issuer, Issuer(issuer) == nil { throw ValidationError("--issuer must be \(Issuer.grammar)") }
        if let audience, AudienceID(audience) == nil {
            throw ValidationError("--audience must be \(AudienceID.grammar)")
        }
    }

    func run() async throws {
        let keys = try await KeySource.keys(at: jwks)
        let judge = TokenJudge(
            keys: keys, issuer: issuer.flatMap { Issuer($0) }, audience: audience.flatMap { AudienceID($0) },
            chain: try chain.map { path in try ChainFile.proof(at: path) })
        var lines = LineReader(standardInputWithLimit: 1024 * 1024)
        var isAllGood = true
        while let line = try lines.next() {
            let token = String(decoding: line, as: UTF8.self).trimmed
            if token.isEmpty { continue }
            let verdict = judge.verdict(on: token, at: Clock.now())
            isAllGood = isAllGood && verdict.isGood
            try StandardOutput.line(verdict.text)
        }
        if !isAllGood { throw ExitCode(1) }
    }
}

/// The checks that one run of `verify` or `token inspect` makes.
struct TokenJudge: Sendable {
    let keys: JWKS
    let issuer: Issuer?
    let audience: AudienceID?
    let chain: ChainProof?

    struct Verdict: Hashable, Sendable {
        let isGood: Bool
        /// `ok SUB JTI` or `refused REASON`.
        let text: String
    }

    func verdict(on text: String, at now: Instant) -> Verdict {
        do throws(VerificationFailure) {
            let token = try AccessTokenInspector(keys: keys).read(text)
            if let issuer { try token.require(issuer: issuer) }
            if let audience { try token.require(audience: audience) }
            try token.require(validAt: now)
            try token.proveInlineChain()
            try chain?.prove(token)
            return Verdict(isGood: true, text: Terminal.harmless("ok \(token.subject) \(token.id)"))
        } catch {
            return Verdict(isGood: false, text: "refused \(error.reason)")
        }
    }
}
