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

    /// What to think of an access token.
    func verdict(on text: String, at now: Instant) -> TokenVerdict {
        do throws(VerificationFailure) {
            let token = try AccessTokenInspector(keys: keys).read(text)
            if let audience { try token.require(audience: audience) }
            return try verdict(on: token, at: now)
        } catch {
            return .refused(error.reason)
        }
    }

    /// What to think of a delegation token, which is for its issuer only.
    func verdict(onDelegation text: String, at now: Instant) -> TokenVerdict {
        do throws(VerificationFailure) {
            return try verdict(on: try DelegationTokenInspector(keys: keys).read(text), at: now)
        } catch {
            return .refused(error.reason)
        }
    }

    private func verdict(on token: some MandateToken, at now: Instant) throws(VerificationFailure) -> TokenVerdict {
        if let issuer { try token.require(issuer: issuer) }
        try token.require(validAt: now)
        try token.proveInlineChain()
        let proof = try proof()
        try proof?.prove(token)
        if let revocations { try token.require(notIn: revocations, chain: proof, at: now) }
        return .good(subject: token.claims.subject, id: token.claims.id)
    }

    private func proof() throws(VerificationFailure) -> ChainProof? {
        do throws(ChainFailure) {
            return try chain?.get()
        } catch {
            throw .chain(error)
        }
    }
}
