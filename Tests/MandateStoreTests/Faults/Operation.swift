import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

/// What a client or an operator may be doing when the disk fails.
enum Operation: String, CaseIterable, CustomTestStringConvertible {
    case token, startChain, handOver, redeem, endDelegation
    case suspend, revokeToken, revokeDelegation, rotateKeys, rename

    var testDescription: String { rawValue }

    /// Carries it out once, or throws what the client or the operator is told.
    func run(_ counter: Counter, _ chain: [OwnToken], keys: FakeKeyStore) async throws {
        let retry = RetryKey(text: "again", body: [UInt8](repeating: 7, count: 32))
        switch self {
        case .token:
            try await counter.answer(
                TokenRequest(
                    credential: .secret(
                        client: Counter.agents[0], secret: Array("mnd_secret".utf8), method: .basic),
                    grant: .clientCredentials, wanted: .accessToken, targets: [.audience("cloud-inventory-api")],
                    scope: .scopes("ec2:Describe*"), task: TaskID(checked: "INC-2"), address: "192.0.2.7"))
        case .startChain: try await counter.answer(.own(by: "agent-1", task: TaskID(checked: "INC-3"), retry: retry))
        case .handOver: try await counter.answer(.exchange(chain[0], by: "agent-1", to: "agent-2", retry: retry))
        case .redeem: try await counter.answer(.exchange(chain[1], by: "agent-2", retry: retry))
        case .endDelegation:
            let link = try #require(try counter.links(behind: chain[1]).last)
            switch await counter.end(.link(link)).first {
            case .cut: break
            case .refused(let refusal): throw refusal
            case let other: Issue.record("\(String(describing: other))")
            }
        case .suspend:
            _ = try await AgentLifecycle(administration: counter.store)
                .suspend(Counter.agents[1], because: nil, by: "op")
        case .revokeToken:
            _ = try await Revocations(administration: counter.store)
                .revoke(try #require(UUIDv7(text: chain[1].id)), because: nil, by: "op")
        case .revokeDelegation:
            _ = try await Revocations(administration: counter.store).revoke(chain[1].chain, because: nil, by: "op")
        case .rotateKeys:
            _ = try await KeyRotation(administration: counter.store, keys: keys, overlap: 0).rotate(by: "op")
        case .rename:
            try await counter.store.change { (editor) throws(Problem) in
                for number in 0..<200 { try editor.save(Sample.audience("audience-\(number)")) }
                try editor.append(LedgerRecord(at: editor.now, event: .agentSuspended))
            }
        }
    }
}

extension Counter {
    /// Judges and records until an answer stands, as an event loop does.
    fileprivate func answer(_ request: TokenRequest) async throws {
        for _ in 0..<8 {
            switch try judge(request) {
            case .issue(let issuance):
                switch await store.outcomes(of: [issuance.entry]).first {
                case .durable: return
                case .judgeAgain: continue
                case .refused(let refusal): throw refusal
                case let other: Issue.record("\(String(describing: other))")
                }
            case .refuse(let refusal, _, _), .overQuota(let refusal, _, _), .unauthenticated(let refusal, _):
                throw refusal
            case .end, .answer, .wait, .consult: Issue.record("no issuance")
            }
        }
        throw Refusal.unavailable(.overloaded)
    }
}
