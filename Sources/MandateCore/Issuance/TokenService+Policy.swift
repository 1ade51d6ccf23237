extension TokenService {
    /// Asks in this order: embedded policies, the engine, a person. Denying wins over holding back, whoever says it.
    func outcome(
        for draft: Draft, asking authority: Authority, before: IssuedBefore?, consulted: Consultation?,
        in registry: some RegistryView, record: inout LedgerRecord
    ) throws(Refusal) -> PolicyOutcome {
        let policies = try registry.policies()
        let asksEngine = engine?.reach.includes(authority.entries.lazy.map(\.audience)) ?? false
        // Most installations have no policies, and each token would pay for asking none.
        if policies.isEmpty, !asksEngine, draft.needsNobody { return .ruled(Ruling(all: authority)) }
        var question = try draft.question(about: authority)
        if policies.needsRisk || asksEngine {
            question.risk = try registry.risk(of: question, reported: draft.request.reportedRisk)
            record.risk = question.risk
        }
        var verdict = try policies.verdict(on: question, counting: registry)
        if verdict.effect != .deny, asksEngine {
            let asked = EngineQuestion(question, path: draft.arrival.path, hash: draft.arrival.chain?.hash)
            guard let answer = consulted?.answer(to: asked) else { return .consult(asked) }
            switch answer {
            case .decided(let decision): verdict.add(decision)
            case .failed: throw .unavailable(.policyEngine)
            }
        }
        if let deciding = verdict.deciding, deciding.effect == .deny {
            throw .deniedByPolicy(deciding.rule, deciding.reason)
        }
        // What no person could lift is refused before one is asked.
        let ruling = try Ruling(on: authority, verdict, approval: nil)
        guard let need = try draft.need(of: verdict, asking: authority) else {
            // What a person decided holds also when nobody would have to be asked any more, and it is used up.
            guard case .held(let approval) = draft.request.grant else { return .ruled(ruling) }
            if draft.isCut(approval) || !draft.isFor(approval) { throw .approvalExpired }
            return try outcome(of: approval, verdict, asking: authority, at: draft.terms.now)
        }
        let binding = try draft.binding(of: authority, need, hashing: digests)
        guard let approval = try registry.approval(boundTo: binding), approval.client == draft.client.agent.id,
            approval.stands(at: draft.terms.now) || approval.gave(before)
        else { return .wait(need, binding: binding) }
        if approval.status(at: draft.terms.now) == .pending {
            throw .approvalRequired(
                try waiting(for: approval, isDeferred: draft.request.mayBeDeferred, in: registry, at: draft.terms.now))
        }
        return try outcome(of: approval, verdict, asking: authority, at: draft.terms.now)
    }

    /// What comes of a request that a person has decided about.
    private func outcome(
        of approval: ApprovalEntry, _ verdict: PolicyVerdict, asking authority: Authority, at now: Instant
    ) throws(Refusal) -> PolicyOutcome {
        switch approval.status(at: now) {
        case .approved: return .ruled(try Ruling(on: authority, verdict, approval: approval))
        case .used: return .again(approval, try Ruling(on: authority, verdict, approval: approval))
        case .denied: throw .approvalDenied(id: approval.id, approval.decision?.reason)
        case .pending, .expired: throw .approvalExpired
        }
    }

    /// What is said of a request that waits already.
    func waiting(
        for approval: ApprovalEntry, isDeferred: Bool, interval: Int64 = ApprovalEntry.interval,
        in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Refusal.Waiting {
        Refusal.Waiting(
            id: approval.id, need: ApprovalNeed(approval.held),
            code: isDeferred ? try deferralCode(of: approval.id, in: registry) : nil, interval: interval,
            expiresIn: max(1, approval.expiresAt.seconds - now.seconds))
    }

    /// A request that begins to wait: what its caller is told, and what is kept of it.
    func hold(
        _ draft: Draft, asking authority: Authority, _ need: ApprovalNeed, binding: [UInt8],
        in registry: some RegistryView
    ) throws(Refusal) -> (Refusal, NewApproval) {
        let id = try random.uuid(at: draft.terms.now)
        let code = draft.request.mayBeDeferred ? try deferralCode(of: id, in: registry) : nil
        let waiting = Refusal.Waiting(
            id: id, need: need, code: code, interval: ApprovalEntry.interval, expiresIn: ApprovalEntry.lifetime)
        let new = NewApproval(
            id: id, client: draft.client.agent.id, binding: binding, createdAt: draft.terms.now,
            held: draft.held(asking: authority, need), epoch: registry.epoch)
        return (.approvalRequired(waiting), new)
    }

    /// Names an approval so that only this service can have: its id, sealed.
    func deferralCode(of approval: String, in registry: some RegistryView) throws(Refusal) -> String {
        let key = try registry.sealKey()
        let seal = try digests.hmac(Array("mandate-deferral-v1".utf8) + [0] + Array(approval.utf8), key: key)
        return approval + "." + Base64URL.text(of: seal)
    }

    /// The approval that a deferral code names, for the client that it was given to.
    func approval(
        named code: String, for client: AgentID, in registry: some RegistryView
    ) throws(Refusal) -> ApprovalEntry {
        let id = String(code.prefix { $0 != "." })
        guard UUIDv7(text: id) != nil,
            digests.equalInConstantTime(Array(try deferralCode(of: id, in: registry).utf8), Array(code.utf8)),
            let approval = try registry.approval(id), approval.client == client
        else { throw .approvalExpired }
        return approval
    }
}

extension Draft {
    /// Whether no person can be needed: nothing is handed over, and nothing was held back.
    fileprivate var needsNobody: Bool {
        guard case .mandate = arrival.way else { return false }
        if case .held = request.grant { return false }
        return true
    }

    fileprivate func need(of verdict: PolicyVerdict, asking authority: Authority) throws(Refusal) -> ApprovalNeed? {
        if let deciding = verdict.deciding, deciding.effect == .requireApproval { return ApprovalNeed(deciding) }
        let bounds = Bounds(arrival)
        for audience in audiences {
            guard let scopes = authority.scopes(for: audience.id),
                let (scope, found) = try bounds.firstToApprove(of: scopes, at: audience)
            else { continue }
            return ApprovalNeed(handingOver: scope, found)
        }
        return nil
    }

    fileprivate func question(about authority: Authority) throws(Refusal) -> PolicyQuestion {
        guard let holder = arrival.holder else { throw .unavailable(.registry) }
        let targets = audiences.compactMap { audience in
            authority.scopes(for: audience.id).map { PolicyQuestion.Target(audience: audience, scopes: $0) }
        }
        guard !targets.isEmpty, targets.count == authority.entries.count else { throw .unavailable(.registry) }
        return PolicyQuestion(
            client: client, holder: holder, grant: arrival.grant, targets: targets, principal: arrival.principal,
            depth: arrival.depth, task: arrival.task?.id, now: terms.now, risk: .none)
    }

    /// When the client or the holder was last suspended: what that cut stays dead.
    private var lastCut: Instant { max(client.notBefore, arrival.holder?.notBefore ?? client.notBefore) }

    fileprivate func isCut(_ approval: ApprovalEntry) -> Bool { approval.createdAt <= lastCut }

    /// Whether the token would still be for whom the approver saw: an agent may have got another owner, a person another name.
    fileprivate func isFor(_ approval: ApprovalEntry) -> Bool { approval.held.principal == arrival.principal.name }

    /// The hash of all that an approval is bound to: any change of it is another request.
    fileprivate func binding(
        of authority: Authority, _ need: ApprovalNeed, hashing digests: some Digests
    ) throws(Refusal) -> [UInt8] {
        let bound: JSONValue = [
            "client": .string(client.agent.id.rawValue),
            "holder": .text(arrival.holder?.agent.id.rawValue),
            "owner": .text(arrival.holder?.agent.owner.rawValue),
            "principal": .string(arrival.principal.name.rawValue),
            "wanted": .string(request.wanted.rawValue),
            "basis": arrival.basis.bound,
            "authority": authority.json,
            "task": .text(arrival.task?.id.rawValue),
            "purpose": .text(request.purpose?.rawValue),
            "policy": .string(terms.policy.text),
            "since": .integer(lastCut.milliseconds),
            // At another hour another rule may ask other people.
            "rule": .string(need.rule),
            "approvers": .array(need.approvers.map { .string($0.rawValue) }),
        ]
        return try digests.sha256(bound.canonical)
    }

    fileprivate func held(asking authority: Authority, _ need: ApprovalNeed) -> HeldRequest {
        HeldRequest(
            wanted: request.wanted, authority: authority, task: arrival.task?.id, purpose: request.purpose,
            requestedActor: request.requestedActor, lifetime: min(request.lifetime ?? .max, longestLife),
            reportedRisk: request.reportedRisk,
            basis: arrival.basis, actor: arrival.actor?.token.basis, principal: arrival.principal.name,
            path: arrival.path, approvers: need.approvers,
            rule: need.rule, reason: need.reason)
    }
}
