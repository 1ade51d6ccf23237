import MandateCore
import MandateJOSE
import MandateVerifier

/// The checks that one run of `verify` or `token inspect` makes.
struct TokenJudge: Sendable {
    let keys: JWKS
    var issuer: Issuer?
    var audience: AudienceID?
    /// A chain that every token must be proven by.
    var chain: ChainReading?
    var revocations: RevocationList?

    struct Verdict: Hashable, Sendable {
        let isGood: Bool
        /// `ok SUB JTI` or `refused REASON`.
        let text: String

        /// A token that some check refused.
        static func refused(_ reason: String) -> Verdict {
            Verdict(isGood: false, text: "refused \(reason)")
        }
    }

    /// What to think of an access token.
    func verdict(on text: String, at now: Instant) -> Verdict {
        do throws(VerificationFailure) {
            let token = try AccessTokenInspector(keys: keys).read(text)
            if let audience { try token.require(audience: audience) }
            return try verdict(on: token, at: now)
        } catch {
            return .refused(error.reason)
        }
    }

    /// What to think of a delegation token, which is for its issuer only.
    func verdict(onDelegation text: String, at now: Instant) -> Verdict {
        do throws(VerificationFailure) {
            return try verdict(on: try DelegationTokenInspector(keys: keys).read(text), at: now)
        } catch {
            return .refused(error.reason)
        }
    }

    private func verdict(on token: some MandateToken, at now: Instant) throws(VerificationFailure) -> Verdict {
        if let issuer { try token.require(issuer: issuer) }
        try token.require(validAt: now)
        try token.proveInlineChain()
        let proof = try proof()
        try proof?.prove(token)
        if let revocations { try token.require(notIn: revocations, chain: proof, at: now) }
        return Verdict(isGood: true, text: Terminal.harmless("ok \(token.claims.subject) \(token.claims.id)"))
    }

    private func proof() throws(VerificationFailure) -> ChainProof? {
        do throws(ChainFailure) {
            return try chain?.get()
        } catch {
            throw .chain(error)
        }
    }
}
