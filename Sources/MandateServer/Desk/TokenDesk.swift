import MandateCore

/// Judges the clients' requests of one event-loop tick together: one view of the registry, one hand-over to the ledger's
/// writer, signing while the commit runs, one burst of answers.
///
/// Belongs to one event loop. Knows no sockets: an answer goes to whoever waits for it.
final class TokenDesk {
    private let equipment: Equipment
    private let service: TokenService
    private let ledger: any Ledger
    private let failures: FailureLog
    private let excess: QuotaLog
    private let now: @Sendable () -> Instant
    private let metrics: LoopMetrics
    /// Runs its argument on this loop, later.
    private let onLoop: Loop

    /// Requests that were handed over together, and since when.
    private struct Batch {
        let requests: [WaitingRequest]
        let since: ContinuousClock.Instant
    }

    private var admission = Admission()
    private var waiting: [WaitingRequest] = []
    private var waitingSince = ContinuousClock.now
    private var batches: [Int: Batch] = [:]
    private var nextBatch = 0
    private var consultations = Consultations()
    private var noted = NotedClients()
    private var isScheduled = false

    /// A registry that changes faster than a request can be judged this often is busy, not consistent.
    private static let mostJudgements = 8

    init(
        service: TokenService, equipment: Equipment, ledger: any Ledger, failures: FailureLog, excess: QuotaLog,
        now: @escaping @Sendable () -> Instant, metrics: LoopMetrics, loop: any Loop
    ) {
        self.equipment = equipment
        self.service = service
        self.ledger = ledger
        self.failures = failures
        self.excess = excess
        self.now = now
        self.metrics = metrics
        onLoop = loop
    }

    /// Whether there is time for one more request; `waited` is how long it was here already.
    func hasTime(forOneThatWaited waited: Duration) -> Bool { admission.admits(waited: waited) }

    /// Takes a request; it is judged with all others of this tick.
    func take(_ request: ClientRequest, answer: @escaping (HTTPResponse) -> Void) {
        admission.begin()
        enqueue(WaitingRequest(request: request, answer: answer))
    }

    /// Refuses what could not even be parsed.
    func refuse(_ refusal: Refusal, from address: String, answer: (HTTPResponse) -> Void) {
        let time = now()
        failures.note(refusal, client: nil, address: address, at: time)
        answer(response(to: refusal, requestID: requestID(at: time)))
    }

    private func enqueue(_ request: WaitingRequest) {
        waiting.append(request)
        guard !isScheduled else { return }
        waitingSince = .now
        isScheduled = true
        onLoop.later(self) { $0.judgeWaiting() }
    }

    private func judgeWaiting() {
        isScheduled = false
        let tick = waiting
        waiting.removeAll(keepingCapacity: true)
        let time = now()
        let judgements: [Judgement]
        do {
            judgements = try equipment.registry.reading { registry in judge(tick, in: registry, at: time) }
        } catch {
            for request in tick { say(response(to: error, requestID: requestID(at: time)), to: request) }
            return
        }
        hand(over: judgements, of: tick, at: time)
    }

    private func say(_ response: HTTPResponse, to request: WaitingRequest) {
        admission.end(isResumed: request.isResumed)
        request.answer(response)
        resume()
    }

    /// Says what the log says of many together.
    private func sayTogether(_ response: HTTPResponse, to request: WaitingRequest) {
        var response = response
        response.refusal?.isSaidTogether = true
        say(response, to: request)
    }

    private func judge(_ tick: [WaitingRequest], in registry: some RegistryView, at time: Instant) -> [Judgement] {
        let start = MonotonicClock.nanoseconds
        let admissions = tick.map { service.admit($0.request, in: registry, at: time) }
        let admitted = metrics.authenticate.share(since: start, among: tick.count)
        let judgements = zip(tick, admissions).map { request, admission in
            switch admission {
            case .denied(let refusal, let client): return Judgement.unauthenticated(refusal, client: client)
            case .admitted(let client, let use):
                request.client = client
                return service.judge(
                    request.request, by: client, use, in: registry, at: time, isCharged: request.judged > 0,
                    consulted: request.consulted)
            }
        }
        metrics.judge.share(since: admitted, among: tick.count)
        return judgements
    }

    private func hand(over judgements: [Judgement], of tick: [WaitingRequest], at time: Instant) {
        var entries: [LedgerEntry] = []
        var recorded: [WaitingRequest] = []
        entries.reserveCapacity(tick.count)
        recorded.reserveCapacity(tick.count)
        for (request, judgement) in zip(tick, judgements) {
            switch judgement {
            case .issue(let issuance):
                request.outcome = .issued(issuance)
                entries.append(issuance.entry)
                recorded.append(request)
            case .end(let entry, let task):
                request.outcome = .ended(task: task)
                entries.append(entry)
                recorded.append(request)
            case .answer(let json, let use):
                noted.note(use, at: time, in: ledger)
                say(
                    HTTPResponse(
                        status: 200, contentType: json.isEmpty ? nil : "application/json",
                        fields: TokenResponse.noStore, body: json), to: request)
            case .refuse(let refusal, let requestID, let entry):
                request.outcome = .refused(refusal, requestID: requestID)
                entries.append(entry)
                recorded.append(request)
            case .overQuota(let refusal, let audience, let record):
                guard excess.isFirst(record, at: audience) else {
                    if let use = record.use { noted.note(use, at: time, in: ledger) }
                    sayTogether(response(to: refusal, requestID: record.requestID, of: request), to: request)
                    continue
                }
                request.outcome = .refused(refusal, requestID: record.requestID)
                entries.append(LedgerEntry(record, effect: .none))
                recorded.append(request)
            case .wait(let refusal, let use):
                noted.note(use, at: time, in: ledger)
                say(response(to: refusal, requestID: requestID(at: time), of: request), to: request)
            case .consult(let question): consult(question, about: request)
            case .unauthenticated(let refusal, let client):
                refuse(request, refusal, client: client, at: time)
            }
        }
        guard !entries.isEmpty else { return }
        let batch = nextBatch
        nextBatch &+= 1
        batches[batch] = Batch(requests: recorded, since: waitingSince)
        let remote = onLoop.remote(self)
        let start = MonotonicClock.nanoseconds
        ledger.append(entries) { outcomes in
            remote { $0.release(batch, outcomes, since: start) }
        }
        sign(recorded)
    }

    /// Asks the policy engine. Who waits for it takes no place from requests that need none.
    private func consult(_ question: EngineQuestion, about request: WaitingRequest) {
        guard let engine = equipment.engine?.engine, consultations.hasRoom(for: request) else {
            let why = equipment.engine == nil ? Refusal.Unavailability.policyEngine : .overloaded
            return say(response(to: .unavailable(why), requestID: requestID(at: now()), of: request), to: request)
        }
        admission.end(isResumed: request.isResumed)
        let number = consultations.begin(request)
        let remote = onLoop.remote(self)
        engine.decide(question) { answer in
            remote { desk in
                desk.consultations.end(number, Consultation(question, answer))
                desk.resume()
            }
        }
    }

    /// Those that the engine is done with are judged again, whatever changed meanwhile, as far as there is room for them.
    private func resume() {
        while admission.mayResume, let request = consultations.popFirst() {
            admission.resume()
            request.isResumed = true
            judgeAgain(request)
        }
    }

    private func refuse(_ request: WaitingRequest, _ refusal: Refusal, client: AgentID?, at time: Instant) {
        if case .clientAuthenticationFailed = refusal {
            failures.note(refusal, client: client, address: request.request.address, at: time)
        }
        let basic = request.request.credential.triedBasic
        say(response(to: refusal, requestID: requestID(at: time), triedBasic: basic), to: request)
    }

    /// Signs while the records are being written.
    private func sign(_ recorded: [WaitingRequest]) {
        let start = MonotonicClock.nanoseconds
        var signed = 0
        for request in recorded {
            guard case .issued(let issuance) = request.outcome else { continue }
            signed += 1
            do throws(Refusal) {
                request.token = try equipment.signer.token(issuance.claims, type: issuance.type, key: issuance.key)
            } catch {
                request.outcome = .refused(error, requestID: nil)
            }
        }
        metrics.sign.share(since: start, among: signed)
    }

    /// Says what was decided, now that the records are on disk.
    private func release(_ batch: Int, _ outcomes: [LedgerOutcome], since start: UInt64) {
        guard let batch = batches.removeValue(forKey: batch) else { return }
        let now = ContinuousClock.now
        admission.learn(now - batch.since, at: now)
        // Each of them waited for all of it.
        metrics.commit.record(
            Int64(clamping: MonotonicClock.nanoseconds &- start), times: batch.requests.count)
        for (index, request) in batch.requests.enumerated() {
            let outcome = index < outcomes.count ? outcomes[index] : .refused(.unavailable(.ledger))
            switch outcome {
            case .durable: say(answer(to: request, cut: Cut()), to: request)
            case .cut(let cut): say(answer(to: request, cut: cut), to: request)
            case .judgeAgain: judgeAgain(request)
            case .refused(let refusal):
                say(response(to: refusal, requestID: requestID(at: self.now()), of: request), to: request)
            }
        }
    }

    private func answer(to request: WaitingRequest, cut: Cut) -> HTTPResponse {
        switch request.outcome {
        case .issued(let issuance):
            guard let token = request.token else {
                return response(to: .unavailable(.signingKey), requestID: nil, of: request)
            }
            // What is given again was counted when it was recorded.
            if issuance.entry.record != nil { metrics.count(issuance) }
            return TokenResponse.response(issuance.answer, token: token)
        case .ended(let task):
            // RFC 7009 §2.2: an empty answer says that a token is revoked.
            let json = task == nil ? [] : cut.json.canonical
            return HTTPResponse(
                status: 200, contentType: task == nil ? nil : "application/json", fields: TokenResponse.noStore,
                body: json)
        case .refused(let refusal, let requestID):
            return response(to: refusal, requestID: requestID, of: request)
        }
    }

    private func judgeAgain(_ request: WaitingRequest) {
        request.judged += 1
        request.token = nil
        guard request.judged < Self.mostJudgements else {
            return say(
                response(to: .unavailable(.overloaded), requestID: requestID(at: now()), of: request), to: request)
        }
        enqueue(request)
    }

    private func response(
        to refusal: Refusal, requestID: String?, triedBasic: Bool = false, of request: WaitingRequest? = nil
    ) -> HTTPResponse {
        var response = OAuthError(refusal).response(requestID: requestID, triedBasic: triedBasic)
        if let request, let client = request.client {
            response.refusal?.clientID = client.agent.id.rawValue
            response.refusal?.audience = request.request.namedAudiences
        }
        return response
    }

    /// A refusal is said even when there is no randomness to name it.
    private func requestID(at time: Instant) -> String? {
        do {
            return try equipment.random.uuid(at: time)
        } catch {
            return nil
        }
    }
}
