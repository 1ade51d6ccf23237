import MandateCore
import MandateTesting
import Testing

@Suite("A chain of six agents")
struct ChainStandingTests {
    private let relay: Relay
    private let tokens: [String]

    init() throws {
        var relay = try Relay()
        tokens = try relay.chain(of: 6)
        relay.now = relay.now.advanced(bySeconds: 10)
        self.relay = relay
    }

    /// What the last holder is told when it redeems, and when it hands over, after a change; both must agree.
    private func refusal(after change: (inout Relay) throws -> Void) throws -> Refusal? {
        var changed = relay
        try change(&changed)
        let redeemed = try changed.refusal(.redeem(tokens[5], by: "agent-6"))
        #expect(try changed.refusal(.handOver(tokens[5], by: "agent-6", to: "agent-7")) == redeemed)
        return redeemed
    }

    @Test("is good while all that it hangs on is")
    func good() throws {
        #expect(try refusal { _ in } == nil)
    }

    @Test("is dead while any earlier agent is not active, or gone", arguments: 1...5)
    func inactive(position: Int) throws {
        let id = "agent-\(position)"
        #expect(try refusal { try $0.register(id, status: .suspended) } == .ancestorInactive)
        #expect(try refusal { try $0.register(id, status: .decommissioned) } == .ancestorInactive)
        #expect(try refusal { try $0.register(id, typeStatus: .suspended) } == .ancestorInactive)
        #expect(try refusal { try $0.register(id, expiresAt: $0.now) } == .ancestorInactive)
        #expect(
            try refusal { try $0.register(id, expiresAt: Instant(milliseconds: $0.now.milliseconds + 1)) }
                == .tooShortLived)
        #expect(try refusal { $0.view.registrations[AgentID(checked: id)] = nil } == .ancestorInactive)
    }

    @Test("is dead when any of its links is revoked", arguments: 1...6)
    func revokedLink(position: Int) throws {
        let links = try relay.chain(behind: tokens[5]).summary.links
        #expect(try refusal { $0.view.revokedLinks = [links[position - 1]] } == .chainRevoked)
    }

    @Test("is dead when any of its links has expired, whatever the later ones say", arguments: 1...6)
    func expiredLink(position: Int) throws {
        for (left, expected) in [(0, .chainExpired), (4, .tooShortLived), (5, nil)] as [(Int64, Refusal?)] {
            let expiry = relay.now.seconds + left
            #expect(try refusal { try $0.shorten(tokens[5], link: position, to: expiry) } == expected)
        }
    }

    @Test("does not care for the links of others")
    func otherLinks() throws {
        let links = try relay.chain(behind: tokens[5]).summary.links
        #expect(try refusal { $0.view.revokedLinks = Set(0...100).subtracting(links) } == nil)
    }

    @Test("is dead up to the moment an agent's mark names, and not after it", arguments: 1...6)
    func mark(position: Int) throws {
        let birth = relay.tokens.own[tokens[position - 1]]?.issuedAt.milliseconds ?? 0
        for (shift, expected) in [(-1, nil), (0, .chainRevoked), (1, .chainRevoked), (60_000, .chainRevoked)]
            as [(Int64, Refusal?)]
        {
            let mark = Instant(milliseconds: birth + shift)
            #expect(
                try refusal { try $0.register("agent-\(position)", notBefore: mark) } == expected,
                "\(shift) ms after it was handed over")
        }
    }

    @Test("is dead at each of its holders when one before them was marked, and lives above", arguments: 1...6)
    func markedTree(position: Int) throws {
        var changed = relay
        try changed.register("agent-\(position)", notBefore: relay.now)
        for holder in 1...6 {
            #expect(
                try changed.refusal(.redeem(tokens[holder - 1], by: "agent-\(holder)"))
                    == (holder < position ? nil : .chainRevoked))
        }
    }

    @Test("is dead while its principal is revoked; another's revocation is nothing to it")
    func principal() throws {
        #expect(try refusal { $0.view.revokedPrincipals = [Relay.bob] } == .chainRevoked)
        #expect(try refusal { $0.view.revokedPrincipals = [Relay.owner] } == nil)
    }

    @Test("is dead when the issuer who named its person is trusted no more")
    func issuer() throws {
        #expect(try refusal { $0.view.issuers = [] } == .chainRevoked)
    }

    @Test("is dead when its task has ended", arguments: [TaskStatus.completed, .cancelled])
    func task(status: TaskStatus) throws {
        let ended = TaskEntry(id: Relay.task, status: status, createdAt: .eightOClock, createdBy: "portal")
        #expect(try refusal { $0.view.tasks = [ended] } == .chainRevoked)
    }

    @Test("is of no use when the store does not have all of it")
    func missing() throws {
        #expect(try refusal { $0.view.chains = [] } == .subjectTokenInvalid)
    }

    @Test("cannot be judged when the registry does not answer")
    func unavailable() throws {
        var changed = relay
        changed.view.failure = .unavailable(.registry)
        guard
            case .unauthenticated(.unavailable(.registry), client: nil) = try changed.judge(
                .redeem(tokens[5], by: "agent-6"))
        else {
            Issue.record("a registry that fails was believed")
            return
        }
    }
}

extension Relay {
    /// Rewrites the chain behind a token so that one of its links expires earlier than those after it, as no issuance
    /// would make it.
    fileprivate mutating func shorten(_ token: String, link position: Int, to expiry: Int64) throws {
        var earlier: DelegationChain?
        for (index, document) in try chain(behind: token).summary.documents.enumerated() {
            let members = (try JSONValue(strict: document).members ?? []).map { member -> JSONMember in
                switch member.name {
                case "exp" where index == position - 1: JSONMember(name: "exp", value: .integer(expiry))
                case "parent":
                    JSONMember(name: "parent", value: earlier.map { .string($0.summary.hash.text) } ?? .null)
                default: member
                }
            }
            let bytes = JSONValue.object(members).canonical
            let link = StoredLink(
                number: Int64(500 + index), hash: try ChainHash(ofLink: bytes, hashing: FakeDigests()), document: bytes)
            earlier = DelegationChain(link, after: earlier, hashing: FakeDigests())
        }
        guard let rewritten = earlier, let claims = try tokens.own[token]?.members else { throw Misarranged() }
        view.chains.append(rewritten)
        tokens.own[token] = OwnToken(
            type: .delegation, key: Court.key,
            claims: .object(
                claims.map { member in
                    member.name == "delegation_chain_hash"
                        ? JSONMember(name: member.name, value: .string(rewritten.summary.hash.text)) : member
                }))
    }
}
