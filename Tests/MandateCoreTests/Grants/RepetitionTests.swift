import MandateCore
import MandateTesting
import Testing

@Suite("A repeated request")
struct RepetitionTests {
    private static let key = RetryKey(text: "key-1", body: [UInt8](repeating: 1, count: 32))
    private static let otherBody = RetryKey(text: "key-1", body: [UInt8](repeating: 2, count: 32))

    private func relay(with request: (String) -> TokenRequest) throws -> (Relay, Issuance, String) {
        var relay = try Relay()
        let token = try relay.take(.start())
        let first = try relay.judge(request(token)).issued()
        _ = try relay.keep(first, for: request(token))
        relay.now = relay.now.advanced(bySeconds: 100)
        return (relay, first, token)
    }

    private static let requests: [@Sendable (String) -> TokenRequest] = [
        { .redeem($0, by: "agent-1", retry: key) },
        { .handOver($0, by: "agent-1", to: "agent-2", retry: key) },
        { _ in .own(by: "agent-1", wanted: .accessToken, retry: key) },
        { _ in .own(by: "agent-1", to: "agent-2", task: TaskID(checked: "INC-2"), retry: key) },
    ]

    @Test("is given the same claims again, without another record or another link", arguments: requests.indices)
    func again(index: Int) throws {
        let (relay, first, token) = try relay(with: Self.requests[index])
        #expect(try first.effect().1.retry?.claims == first.claims)
        let second = try relay.judge(Self.requests[index](token)).issued()
        #expect(second.claims == first.claims && second.type == first.type && second.key == first.key)
        #expect(second.entry.record == nil && second.entry.at == relay.now)
        let (grounds, writes) = try second.effect()
        #expect(writes == Writes(token: nil))
        #expect(grounds.epoch == Epoch(7) && grounds.revocations == 0)
        let answer = second.answer
        #expect(answer.lifetime == first.answer.lifetime - 100 && answer.scopes == first.answer.scopes)
        #expect(answer.chain == first.answer.chain && answer.depth == first.answer.depth)
        #expect(answer.task == first.answer.task && answer.wanted == first.answer.wanted)
    }

    @Test("is refused with another body", arguments: requests.indices)
    func otherBody(index: Int) throws {
        var (relay, _, _) = try relay(with: Self.requests[index])
        relay.now = relay.now.advanced(bySeconds: 1)
        #expect(
            try relay.refusal(.own(by: "agent-1", wanted: .accessToken, retry: Self.otherBody)) == .retryDiffers)
        #expect(try relay.refusal(.own(by: "agent-2", wanted: .accessToken, retry: Self.otherBody)) == nil)
    }

    @Test("is judged again: after a suspension, a revocation or the task's end it is refused")
    func judgedAgain() throws {
        let (relay, _, token) = try relay(with: Self.requests[0])
        let request = Self.requests[0](token)
        func refusal(_ change: (inout Relay) throws -> Void) throws -> Refusal? {
            var changed = relay
            try change(&changed)
            return try changed.refusal(request)
        }
        #expect(try refusal { try $0.register("agent-1", notBefore: $0.now) } == .chainRevoked)
        #expect(
            try refusal { try $0.register("agent-1", capabilities: ["cloud-inventory-api": "s3:ListBuckets"]) }
                == .exceedsCapability("ec2:DescribeVpcs", Relay.inventory))
        #expect(
            try refusal { $0.view.revokedLinks = Set(try $0.chain(behind: token).summary.links) } == .chainRevoked)
        let ended = TaskEntry(id: Relay.task, status: .completed, createdAt: .eightOClock, createdBy: "portal")
        #expect(try refusal { $0.view.tasks = [ended] } == .chainRevoked)
        var suspended = relay
        try suspended.register("agent-1", status: .suspended)
        guard case .unauthenticated(.clientAuthenticationFailed, _) = try suspended.judge(request) else {
            Issue.record("a suspended agent was heard")
            return
        }
    }

    @Test("is not given what was revoked since, though a request like it would be granted", arguments: requests.indices)
    func revokedSince(index: Int) throws {
        let (relay, first, token) = try relay(with: Self.requests[index])
        let request = Self.requests[index](token)
        let given = try #require(try JSONValue(strict: first.claims)["jti"]?.string)
        func refusal(_ change: (inout Relay) throws -> Void) throws -> Refusal? {
            var changed = relay
            try change(&changed)
            return try changed.refusal(request)
        }
        let links = try relay.chain(behind: given).summary.links
        #expect(try refusal { $0.view.revokedLinks = [links[links.count - 1]] } == .chainRevoked)
        #expect(try refusal { $0.view.revokedTokens = [given] } == .chainRevoked)
        #expect(try refusal { try $0.register("agent-1", notBefore: $0.now) } == .chainRevoked)
        let (grounds, _) = try relay.judge(request).issued().effect()
        #expect(grounds.links == links && grounds.tokens == [given])
    }

    @Test("is refused when the answer would be another today")
    func anotherAnswer() throws {
        let request = TokenRequest.own(by: "agent-1", wanted: .accessToken, scope: nil, retry: Self.key)
        var relay = try Relay()
        func defaults(_ scopes: ScopeSet) throws {
            relay.view.audiences[0] = try Relay.audience(
                "cloud-inventory-api", Relay.inventoryClasses, defaultScopes: scopes)
        }
        try defaults("s3:ListBuckets")
        _ = try relay.take(request)
        #expect(try relay.refusal(request) == nil)
        try defaults("ec2:DescribeVpcs")
        #expect(try relay.refusal(request) == .retryDiffers)
    }

    @Test("is given nothing when what it was given has expired")
    func expired() throws {
        let request = TokenRequest.own(by: "agent-1", wanted: .accessToken, lifetime: 60, retry: Self.key)
        var relay = try Relay()
        _ = try relay.take(request)
        relay.now = .eightOClock.advanced(bySeconds: 59)
        #expect(try relay.judge(request).issued().answer.lifetime == 1)
        relay.now = .eightOClock.advanced(bySeconds: 60)
        #expect(try relay.refusal(request) == .tooShortLived)
    }

    @Test("may repeat its actor token too")
    func actorToken() throws {
        var relay = try Relay()
        relay.view.audiences.append(try Relay.audience("https://mandate.example", [("token:act", .read)]))
        try relay.register(
            "agent-1", capabilities: ["cloud-inventory-api": "ec2:*", "https://mandate.example": "token:act"])
        let subject = try relay.take(.start())
        let actor = try relay.take(
            .own(
                by: "agent-1", wanted: .accessToken, target: [.audience("https://mandate.example")],
                scope: "token:act"))
        let request = TokenRequest.redeem(
            subject, by: "agent-1", actorToken: PresentedToken(text: Array(actor.utf8), type: .accessToken),
            retry: Self.key)
        let first = try relay.judge(request).issued()
        _ = try relay.keep(first, for: request)
        #expect(try relay.judge(request).issued().claims == first.claims)
    }

    @Test("without a key is a request of its own")
    func withoutKey() throws {
        var relay = try Relay()
        let token = try relay.take(.start())
        let request = TokenRequest.redeem(token, by: "agent-1")
        #expect(try relay.take(request) != relay.take(request))
    }
}
