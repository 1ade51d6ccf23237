import CoreMetrics
import MandateCore

/// What one event loop counts and measures. Handles are kept: what happens often costs one addition.
final class LoopMetrics {
    let parse: CoreMetrics.Timer
    let authenticate: CoreMetrics.Timer
    let judge: CoreMetrics.Timer
    let sign: CoreMetrics.Timer
    let commit: CoreMetrics.Timer
    let connections: Meter

    private struct Refused: Hashable {
        let kind: RequestKind
        let status: Int
        let reason: String
    }

    private struct Issued: Hashable {
        let audience: AudienceID?
        let type: AgentTypeID
    }

    private let factory: any MetricsFactory
    /// By the kind of request.
    private var answered = [Counter?](repeating: nil, count: RequestKind.count)
    private var refused: [Refused: Counter] = [:]
    private var issued: [Issued: Counter] = [:]
    private var latest: (of: Issued, counter: Counter)?

    /// How many pairs of audience and type are told apart; the registry of an installation may hold more.
    static let mostIssued = 500

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        func stage(_ name: String) -> CoreMetrics.Timer {
            CoreMetrics.Timer(label: "mandate_stage_seconds", dimensions: [("stage", name)], factory: factory)
        }
        parse = stage("parse")
        authenticate = stage("authenticate")
        judge = stage("judge")
        sign = stage("sign")
        commit = stage("commit")
        connections = Meter(label: "mandate_connections", dimensions: [("listener", "public")], factory: factory)
    }

    /// Counts an answer.
    func count(_ kind: RequestKind, status: Int, refusal: RefusalNote?) {
        if status == 200, refusal == nil {
            let counter = answered[kind.index] ?? requests(kind, status: 200, reason: "")
            answered[kind.index] = counter
            counter.increment()
        } else {
            let key = Refused(kind: kind, status: status, reason: refusal?.reason ?? "")
            let counter = refused[key] ?? requests(kind, status: status, reason: key.reason)
            refused[key] = counter
            counter.increment()
        }
    }

    /// Counts a token that is on its way to its client.
    func count(_ issuance: Issuance) {
        let key = Issued(audience: issuance.audience, type: issuance.client.agent.type)
        if let latest, latest.of == key { return latest.counter.increment() }
        let counter = issued[key] ?? tokens(key)
        latest = (key, counter)
        counter.increment()
    }

    private func requests(_ kind: RequestKind, status: Int, reason: String) -> Counter {
        Counter(
            label: "mandate_requests_total",
            dimensions: [
                ("endpoint", kind.endpoint.label), ("grant", kind.grant.label), ("status", String(status)),
                ("reason", reason),
            ], factory: factory)
    }

    private func tokens(_ key: Issued) -> Counter {
        let isKnown = issued.count < Self.mostIssued
        let other = Issued(audience: AudienceID("other"), type: AgentTypeID(checked: "other"))
        if !isKnown, let counter = issued[other] { return counter }
        let counter = Counter(
            label: "mandate_tokens_issued_total",
            dimensions: [
                ("audience", isKnown ? key.audience?.rawValue ?? "several" : "other"),
                ("agent_type", isKnown ? key.type.rawValue : "other"),
            ], factory: factory)
        issued[isKnown ? key : other] = counter
        return counter
    }
}

extension CoreMetrics.Timer {
    /// Takes note that each of `count` requests took its share of the time since `start`, in monotonic nanoseconds; answers
    /// the time now.
    @discardableResult
    func share(since start: UInt64, among count: Int) -> UInt64 {
        let now = MonotonicClock.nanoseconds
        if count > 0 { record(Int64(clamping: (now &- start) / UInt64(count)), times: count) }
        return now
    }

    func record(_ nanoseconds: Int64, times: Int) {
        for _ in 0..<times { recordNanoseconds(nanoseconds) }
    }
}
