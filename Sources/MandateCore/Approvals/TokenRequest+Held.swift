extension TokenRequest {
    /// The request that an approval was asked for, sent again by whoever asks for the answer. Who asks may want a shorter
    /// life, and find it more unusual by now.
    func asking(for approval: ApprovalEntry, at now: Instant) throws(Refusal) -> TokenRequest {
        let held = approval.held
        switch approval.status(at: now) {
        case .approved, .pending: break
        case .denied: throw .approvalDenied(id: approval.id, approval.decision?.reason)
        case .used: guard approval.isFetchable(at: now) else { throw .approvalExpired }
        case .expired: throw .approvalExpired
        }
        guard let scopes = held.authority.allScopes else { throw .unavailable(.registry) }
        return TokenRequest(
            credential: credential, grant: .held(approval), wanted: held.wanted,
            targets: held.authority.entries.map { .audience($0.audience.rawValue) }, scope: .scopes(scopes),
            task: held.task, purpose: held.purpose, requestedActor: held.requestedActor,
            lifetime: min(held.lifetime, lifetime ?? .max), mayBeDeferred: true,
            reportedRisk: [held.reportedRisk, reportedRisk].compactMap { $0 }.max(), address: address)
    }
}

extension TokenService {
    /// What a client is told that asks while nobody has decided. What is judged again was asked once.
    func pending(
        _ approval: ApprovalEntry, isAgain: Bool, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Refusal {
        let pace =
            isAgain ? (interval: ApprovalEntry.interval, isTooSoon: false) : paces.ask(about: approval.id, at: now)
        let waiting = try waiting(
            for: approval, isDeferred: true, interval: pace.interval, in: registry, at: now)
        return pace.isTooSoon ? .approvalAskedTooSoon(waiting) : .approvalPending(waiting)
    }
}
