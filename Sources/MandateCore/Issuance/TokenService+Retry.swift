extension TokenService {
    /// What the same request was given before, when it may be repeated. A different body under the same key is refused.
    func issuedBefore(
        _ request: TokenRequest, to client: Registration, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> IssuedBefore? {
        guard let key = request.retry, let found = try registry.issued(to: client.agent.id, under: key.text, at: now)
        else { return nil }
        guard found.body == key.body else { throw .retryDiffers }
        return found
    }

    /// The answer to a repeated request: the claims that were issued before, signed again. The request was judged again,
    /// to `issuance`; what it would get today must be the same, and what it got must still be good. It was recorded then,
    /// so it is not recorded again.
    func again(
        _ before: IssuedBefore, _ issuance: Issuance, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Issuance {
        guard let token = Self.read(before.claims, like: issuance),
            let today = Self.read(issuance.claims, like: issuance)
        else { throw .unavailable(.registry) }
        guard now < token.expiry else { throw .tooShortLived }
        guard token.grants == today.grants else { throw .retryDiffers }
        guard try isLive(token, in: registry, at: now), let chain = try registry.chain(token.chain) else {
            throw .chainRevoked
        }
        let grounds = Grounds(
            epoch: registry.epoch, revocations: registry.revocations, links: chain.summary.links, task: token.task,
            tokens: [token.id])
        return Issuance(
            claims: before.claims, type: issuance.type, key: issuance.key,
            entry: LedgerEntry(again: grounds, by: issuance.entry.use, at: now),
            answer: TokenAnswer(
                wanted: issuance.answer.wanted, lifetime: token.expiry.seconds - now.seconds,
                scopes: issuance.answer.scopes, task: token.task, chain: token.chain, depth: chain.summary.depth),
            client: issuance.client, audience: issuance.audience)
    }

    private static func read(_ claims: [UInt8], like issuance: Issuance) -> OwnToken? {
        do throws(JSONError) {
            return OwnToken(type: issuance.type, key: issuance.key, claims: try JSONValue(strict: claims))
        } catch {
            return nil
        }
    }
}
