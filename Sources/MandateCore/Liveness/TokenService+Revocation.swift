extension TokenService {
    /// Token revocation (RFC 7009 §2): by the holder, or by an agent that handed the authority on. A delegation token takes
    /// its link and everything below with it. What is unknown or expired is as good as revoked.
    func revoke(
        _ question: TokenQuestion, by client: Registration, _ use: ClientUse, in registry: some RegistryView,
        at now: Instant
    ) throws(Refusal) -> Judgement {
        let token: OwnToken
        do throws(TokenFault) {
            token = try verifier.own(question.token, in: registry)
        } catch {
            switch error {
            case .unusable: return .answer([], use)
            case .unavailable(let why): throw .unavailable(why)
            }
        }
        guard token.issuer == issuer.rawValue, now < token.expiry,
            let chain = try registry.chain(token.chain)
        else { return .answer([], use) }
        var record = try record(.tokenRefused, of: .revocation(question), by: client, use, in: registry, at: now)
        record.principal = chain.link.principal.name.rawValue
        record.taskID = token.task?.rawValue
        record.chain = chain.summary.path
        record.chainHash = token.chain.text
        record.tokenID = token.id
        guard token.holder == client.agent.id || chain.agents.contains(client.agent.id) else {
            return .refusal(.presenterMismatch, record)
        }
        // The link that was made for this very token ends with it, and so does all below.
        let isOfLink = chain.link.tokenID == token.id
        record.event = isOfLink ? .delegationRevoked : .tokenRevoked
        let revocation: Revocation
        if isOfLink, let link = chain.summary.links.last {
            revocation = .link(link)
        } else {
            revocation = .token(token.id)
        }
        return .end(
            LedgerEntry(
                record,
                effect: .revocation(revocation, until: token.expiry, by: client.agent.id.rawValue)), task: nil)
    }

    /// The holder of a task's first delegation ends the task, and with it everything that hangs on it.
    func complete(
        _ completion: TaskCompletion, by client: Registration, _ use: ClientUse, in registry: some RegistryView,
        at now: Instant
    ) throws(Refusal) -> Judgement {
        var record = try record(.taskRefused, of: .completion(completion), by: client, use, in: registry, at: now)
        record.taskID = completion.task.rawValue
        guard let task = try registry.task(completion.task), task.holder == client.agent.id else {
            return .refusal(.presenterMismatch, record)
        }
        if let principal = task.principal { record.principal = principal.rawValue }
        record.event = .taskCompleted
        return .end(
            LedgerEntry(
                record,
                effect: .revocation(
                    .task(task.id), until: now.advanced(bySeconds: Lifetimes.delegationToken),
                    by: client.agent.id.rawValue)), task: task.id)
    }
}
