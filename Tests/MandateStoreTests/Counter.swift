import Foundation
import MandateCore
import MandateJOSE
import MandateTesting

@testable import MandateStore

/// The token service over a real store: judges requests, writes what they bring, and keeps tokens by their `jti`.
struct Counter {
    static let agents = ["agent-1", "agent-2", "agent-3"].map { AgentID(checked: $0) }
    static let task = TaskID(checked: "INC-1")
    static let type = AgentType(
        id: Sample.type.id, capabilities: Sample.authority,
        delegation: DelegationConstraints(to: [Label(checked: "inventory-reader")], maxChainDepth: 8, maxClass: .read))
    private static let secret = Array("mnd_secret".utf8)

    let place: Place
    let store: Store
    let registry: RegistryConnection
    var tokens = FakeTokens()

    static let key = Sample.key("k", .active, at: Instant(seconds: 1_800_000_000))

    /// One at a place that another has prepared, with the tokens that were issued there; its ledger is signed.
    init(at place: Place, tokens: FakeTokens, signing key: LedgerKey) async throws {
        self.place = place
        self.tokens = tokens
        store = try place.open()
        try await store.signCheckpoints(with: key, checkedBy: Ed25519Notes())
        registry = try store.registry()
    }

    init(in parent: String = NSTemporaryDirectory()) async throws {
        place = try Place(in: parent)
        store = try place.open()
        registry = try store.registry()
        let hash = try OpenSSLDigests().sha256(Self.secret)
        try await store.change { (editor) throws(Problem) in
            try editor.save(Sample.audience("cloud-inventory-api"))
            try editor.save(Self.type)
            try editor.save(Self.key)
            for id in Self.agents {
                try editor.save(Sample.agent(id))
                try editor.link(Sample.agent(id), capabilities: Sample.authority)
                _ = try editor.addSecret(hash: hash, to: id)
            }
        }
        place.clock.advance(bySeconds: 1)
    }

    var now: Instant { place.clock.now }

    /// Asks the registry as an event loop sees it.
    func asking<Answer>(_ question: (any RegistryView) throws -> Answer) throws -> Answer {
        try registry.reading { view in Result { try question(view) } }.get()
    }

    func judge(_ request: TokenRequest) throws -> Judgement {
        let service = TokenService(
            issuer: Place.issuer, digests: OpenSSLDigests(), verifier: tokens, random: RandomBytes(),
            quotas: store.quotas, paces: store.paces)
        return try registry.reading { view in service.judge(.token(request), in: view, at: now) }
    }

    func issuance(_ request: TokenRequest) throws -> Issuance {
        guard case .issue(let issuance) = try judge(request) else { throw Problem(.invalid, "not issued") }
        return issuance
    }

    /// Issues what is asked for and waits until it is durable.
    mutating func take(_ request: TokenRequest) async throws -> OwnToken {
        let issuance = try issuance(request)
        guard await store.outcomes(of: [issuance.entry]) == [.durable],
            let token = OwnToken(
                type: issuance.type, key: issuance.key, claims: try JSONValue(strict: issuance.claims))
        else { throw Problem(.invalid, "not durable") }
        tokens.own[token.id] = token
        return token
    }

    /// A chain of every agent of the counter, each handing on to the next; answers the token of each.
    mutating func chain() async throws -> [OwnToken] {
        var all = [try await take(.own(by: "agent-1"))]
        for (giver, receiver) in [("agent-1", "agent-2"), ("agent-2", "agent-3")] {
            place.clock.advance(bySeconds: 1)
            all.append(try await take(.exchange(all[all.count - 1], by: giver, to: receiver)))
        }
        return all
    }

    func links(behind token: OwnToken) throws -> [Int64] {
        try asking { view in try view.chain(token.chain)?.summary.links ?? [] }
    }

    /// Ends something as a client would, without a new epoch.
    func end(_ revocation: Revocation) async -> [LedgerOutcome] {
        await store.outcomes(of: [.end(revocation, at: now)])
    }
}

extension LedgerEntry {
    static func end(_ revocation: Revocation, at now: Instant) -> LedgerEntry {
        LedgerEntry(
            LedgerRecord(at: now, event: .delegationRevoked),
            effect: .revocation(revocation, until: now.advanced(bySeconds: 3600), by: "agent-1"))
    }

    /// An issuance on these grounds that writes nothing but its record.
    static func issuance(on grounds: Grounds, used: UsedToken? = nil, at now: Instant) -> LedgerEntry {
        var writes = Writes(token: nil)
        writes.used = used
        return LedgerEntry(LedgerRecord(at: now, event: .tokenIssued), effect: .issuance(grounds, writes))
    }
}

extension TokenRequest {
    private static func credential(_ client: String) -> ClientCredential {
        .secret(client: AgentID(checked: client), secret: Array("mnd_secret".utf8), method: .basic)
    }

    /// A chain that an agent starts for itself, or at once for another.
    static func own(
        by client: String, to actor: String? = nil, task: TaskID? = Counter.task, purpose: String? = nil,
        retry: RetryKey? = nil
    ) -> TokenRequest {
        TokenRequest(
            credential: credential(client), grant: .clientCredentials, wanted: .delegation,
            targets: [.audience("cloud-inventory-api")], scope: .scopes("ec2:Describe*"), task: task,
            purpose: purpose.map { TaskPurpose(checked: $0) }, requestedActor: actor.map { AgentID(checked: $0) },
            retry: retry, address: "192.0.2.7")
    }

    /// A delegation token handed over, or redeemed when nobody is named.
    static func exchange(
        _ token: OwnToken, by client: String, to actor: String? = nil, retry: RetryKey? = nil
    ) -> TokenRequest {
        TokenRequest(
            credential: credential(client),
            grant: .tokenExchange(
                TokenExchange(subject: PresentedToken(text: Array(token.id.utf8), type: .delegation))),
            wanted: actor == nil ? .accessToken : .delegation, targets: [.audience("cloud-inventory-api")],
            scope: .scopes("ec2:Describe*"), requestedActor: actor.map { AgentID(checked: $0) }, retry: retry,
            address: "192.0.2.7")
    }
}
