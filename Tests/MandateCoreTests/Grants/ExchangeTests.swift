import MandateCore
import MandateTesting
import Testing

@Suite("A token exchange")
struct ExchangeTests {
    /// What the n-th call for randomness becomes.
    private func uuid(_ call: UInt8, at now: Instant = .eightOClock) -> String {
        UUIDv7(at: now, random: [UInt8](repeating: call, count: 10))?.text ?? ""
    }

    private func hash(_ link: String) throws -> ChainHash {
        try ChainHash(ofLink: Array(link.utf8), hashing: FakeDigests())
    }

    private let person = #"{"iss":"https://login.example","sub":"00u-bob"}"#
    private let chain = "AwMDAwMDAwMDAwMDAwMDAw"

    /// The link by which Bob hands to `agent-1`, in the relay's first judgement.
    private func first(authority: String = #"{"cloud-inventory-api":["ec2:Describe*"]}"#) -> String {
        #"{"approval":null,"authority":\#(authority),"chain":"\#(chain)","cnf":null,"delegate":"agent-1","#
            + #""delegator":"bob@company.com","depth":1,"exp":1800003600,"iat":1800000000,"#
            + #""iss":"https://mandate.example","jti":"\#(uuid(2))","parent":null,"policy":"sha256:policies","#
            + #""principal":\#(person),"task":"INC-1","v":1}"#
    }

    private func second(
        delegate: String, authority: String, expiry: Int64, iat: Int64 = 1_800_000_000, tokenID: String, parent: String
    ) throws -> String {
        #"{"approval":null,"authority":\#(authority),"chain":"\#(chain)","cnf":null,"delegate":"\#(delegate)","#
            + #""delegator":"agent-1","depth":2,"exp":\#(expiry),"iat":\#(iat),"iss":"https://mandate.example","#
            + #""jti":"\#(tokenID)","parent":"\#(try hash(parent).text)","policy":"sha256:policies","#
            + #""principal":\#(person),"task":"INC-1","v":1}"#
    }

    private func record(
        of client: String, audience: String = "cloud-inventory-api", chain: [String], hash: ChainHash, event: String,
        at: String = "08:00:00", expiry: String, granted: String, token: UInt8, request: UInt8, principal: String,
        task: String, now: Instant = .eightOClock
    ) -> String {
        #"{"agent_id":"\#(client)","agent_type":"worker","agent_version":null,"approval":null,"#
            + #""at":"2027-01-15T\#(at).000Z","audience":"\#(audience)","#
            + #""chain":["\#(chain.joined(separator: #"",""#))"],"chain_hash":"\#(hash.text)","decision":"ALLOW","#
            + #""event":"\#(event)","exp":"2027-01-15T\#(expiry).000Z","granted":["\#(granted)"],"#
            + #""jti":"\#(uuid(token, at: now))","policy":"sha256:policies","prev":null,"principal":"\#(principal)","#
            + #""reason":null,"request_id":"\#(uuid(request, at: now))","requested":["\#(granted)"],"#
            + #""rule":"containment","seq":1,"source":{"address":"192.0.2.7","method":"client_secret_basic"},"#
            + #""task_id":\#(task)}"#
    }

    private func delegationClaims(
        of agent: String, expiry: Int64, iat: Int64, tokenID: String, authority: String, task: String,
        principal: String, hash: ChainHash, depth: Int
    ) -> String {
        #"{"iss":"https://mandate.example","sub":"\#(agent)","aud":"https://mandate.example","exp":\#(expiry),"#
            + #""iat":\#(iat),"nbf":\#(iat),"jti":"\#(tokenID)","client_id":"\#(agent)","agent_id":"\#(agent)","#
            + #""agent_type":"worker","authority":\#(authority),"may_act":{"sub":"\#(agent)"},\#(task)"#
            + #""human_principal":"\#(principal)","delegation_chain_hash":"\#(hash.text)","#
            + #""delegation_depth":\#(depth)}"#
    }

    private func accessClaims(
        of agent: String, expiry: Int64, iat: Int64, tokenID: String, scope: String, hash: ChainHash, depth: Int
    ) -> String {
        #"{"iss":"https://mandate.example","sub":"\#(agent)","aud":"cloud-inventory-api","exp":\#(expiry),"#
            + #""iat":\#(iat),"nbf":\#(iat),"jti":"\#(tokenID)","client_id":"\#(agent)","agent_id":"\#(agent)","#
            + #""agent_type":"worker","scope":"\#(scope)","permissions":["\#(scope)"],"task_id":"INC-1","#
            + #""human_principal":"bob@company.com","delegation_chain_hash":"\#(hash.text)","#
            + #""delegation_depth":\#(depth)}"#
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("of a person's token starts a chain at the named agent; the portal is not on it")
    func start() throws {
        let issuance = try Relay().judge(.start(to: "agent-1")).issued()
        let hash = try hash(first())
        #expect(
            text(issuance.claims)
                == delegationClaims(
                    of: "agent-1", expiry: 1_800_003_600, iat: 1_800_000_000, tokenID: uuid(2),
                    authority: #"{"cloud-inventory-api":["ec2:Describe*"]}"#, task: #""task_id":"INC-1","#,
                    principal: "bob@company.com", hash: hash, depth: 1))
        #expect(
            issuance.entry.text
                == record(
                    of: "portal", chain: ["bob@company.com", "agent-1"], hash: hash, event: "delegation.created",
                    expiry: "09:00:00", granted: "ec2:Describe*", token: 2, request: 1, principal: "bob@company.com",
                    task: #""INC-1""#))
        let (grounds, writes) = try issuance.effect()
        #expect(grounds == Grounds(epoch: Epoch(7), revocations: 0, links: [], task: Relay.task))
        #expect(writes.links.map { text($0.document) } == [first()])
        #expect(writes.parent == nil && writes.token?.link == nil && writes.taskHolder == AgentID(checked: "agent-1"))
        #expect(
            writes.task
                == TaskEntry(id: Relay.task, createdAt: .eightOClock, createdBy: "portal"))
        #expect(issuance.type == .delegation && issuance.key == Court.key)
        #expect(issuance.answer.wanted == .delegation && issuance.answer.lifetime == 3600)
        #expect(issuance.answer.scopes == "ec2:Describe*" && issuance.answer.task == Relay.task)
        #expect(issuance.answer.chain == hash && issuance.answer.depth == 1)
    }

    @Test("of a delegation token hands it over, narrower, as one more link")
    func handOver() throws {
        var relay = try Relay()
        let token = try relay.take(.start(to: "agent-1"))
        relay.now = .eightOClock.advanced(bySeconds: 10)
        let issuance = try relay.judge(
            .handOver(token, by: "agent-1", to: "agent-2", scope: "ec2:DescribeVpcs", lifetime: 600)
        ).issued()
        let tokenID = uuid(5, at: relay.now)
        let link = try second(
            delegate: "agent-2", authority: #"{"cloud-inventory-api":["ec2:DescribeVpcs"]}"#, expiry: 1_800_000_610,
            iat: 1_800_000_010, tokenID: tokenID, parent: first())
        #expect(
            text(issuance.claims)
                == delegationClaims(
                    of: "agent-2", expiry: 1_800_000_610, iat: 1_800_000_010, tokenID: tokenID,
                    authority: #"{"cloud-inventory-api":["ec2:DescribeVpcs"]}"#, task: #""task_id":"INC-1","#,
                    principal: "bob@company.com", hash: try hash(link), depth: 2))
        #expect(
            issuance.entry.text
                == record(
                    of: "agent-1", chain: ["bob@company.com", "agent-1", "agent-2"], hash: try hash(link),
                    event: "delegation.created", at: "08:00:10", expiry: "08:10:10", granted: "ec2:DescribeVpcs",
                    token: 5, request: 4, principal: "bob@company.com", task: #""INC-1""#, now: relay.now))
        let (grounds, writes) = try issuance.effect()
        let parent = try relay.chain(behind: token).summary.links
        #expect(grounds == Grounds(epoch: Epoch(7), revocations: 0, links: parent, task: Relay.task))
        #expect(writes.links.map { text($0.document) } == [link])
        #expect(writes.parent == parent.last && writes.token?.link == nil && writes.task == nil)
    }

    @Test("of a delegation token for an access token leaves the chain as it is")
    func redeem() throws {
        var relay = try Relay()
        let token = try relay.take(.start(to: "agent-1"))
        let issuance = try relay.judge(.redeem(token, by: "agent-1")).issued()
        let hash = try hash(first())
        #expect(
            text(issuance.claims)
                == accessClaims(
                    of: "agent-1", expiry: 1_800_000_900, iat: 1_800_000_000, tokenID: uuid(5),
                    scope: "ec2:DescribeVpcs", hash: hash, depth: 1))
        #expect(
            issuance.entry.text
                == record(
                    of: "agent-1", chain: ["bob@company.com", "agent-1"], hash: hash, event: "token.issued",
                    expiry: "08:15:00", granted: "ec2:DescribeVpcs", token: 5, request: 4,
                    principal: "bob@company.com", task: #""INC-1""#))
        let (grounds, writes) = try issuance.effect()
        let links = try relay.chain(behind: token).summary.links
        #expect(grounds == Grounds(epoch: Epoch(7), revocations: 0, links: links, task: Relay.task))
        #expect(writes.links.isEmpty && writes.token?.link == links.last && writes.task == nil)
        #expect(writes.token?.expiry == .eightOClock.advanced(bySeconds: 900))
    }

    @Test("of an access token by its audience joins the chain, with no more than the token says")
    func passOn() throws {
        var relay = try Relay()
        let token = try relay.take(.start(to: "agent-1", target: Relay.both))
        let presented = try relay.presented(under: token)
        let issuance = try relay.judge(.passOn(presented)).issued()
        let root = first(authority: #"{"agent-9":["ec2:Describe*"],"cloud-inventory-api":["ec2:Describe*"]}"#)
        let link = try second(
            delegate: "agent-9", authority: #"{"cloud-inventory-api":["ec2:DescribeVpcs"]}"#, expiry: 1_800_000_900,
            tokenID: uuid(7), parent: root)
        #expect(
            text(issuance.claims)
                == accessClaims(
                    of: "agent-9", expiry: 1_800_000_900, iat: 1_800_000_000, tokenID: uuid(7),
                    scope: "ec2:DescribeVpcs", hash: try hash(link), depth: 2))
        #expect(
            issuance.entry.text
                == record(
                    of: "agent-9", chain: ["bob@company.com", "agent-1", "agent-9"], hash: try hash(link),
                    event: "token.issued", expiry: "08:15:00", granted: "ec2:DescribeVpcs", token: 7, request: 6,
                    principal: "bob@company.com", task: #""INC-1""#))
        let (grounds, writes) = try issuance.effect()
        let links = try relay.chain(behind: token).summary.links
        #expect(
            grounds == Grounds(epoch: Epoch(7), revocations: 0, links: links, task: Relay.task, tokens: [presented]))
        #expect(writes.links.map { text($0.document) } == [link] && writes.parent == links.last)
    }

    @Test("is not needed by an agent that starts a chain of its own: its owner hands over")
    func own() throws {
        let issuance = try Relay().judge(.own(by: "agent-1")).issued()
        let link =
            #"{"approval":null,"authority":{"cloud-inventory-api":["ec2:Describe*"]},"chain":"\#(chain)","cnf":null,"#
            + #""delegate":"agent-1","delegator":"alice@company.com","depth":1,"exp":1800003600,"iat":1800000000,"#
            + #""iss":"https://mandate.example","jti":"\#(uuid(2))","parent":null,"policy":"sha256:policies","#
            + #""principal":{"owner":"alice@company.com"},"task":null,"v":1}"#
        #expect(
            text(issuance.claims)
                == delegationClaims(
                    of: "agent-1", expiry: 1_800_003_600, iat: 1_800_000_000, tokenID: uuid(2),
                    authority: #"{"cloud-inventory-api":["ec2:Describe*"]}"#, task: "",
                    principal: "alice@company.com", hash: try hash(link), depth: 1))
        #expect(
            issuance.entry.text
                == record(
                    of: "agent-1", chain: ["alice@company.com", "agent-1"], hash: try hash(link),
                    event: "delegation.created", expiry: "09:00:00", granted: "ec2:Describe*", token: 2, request: 1,
                    principal: "alice@company.com", task: "null"))
        let (grounds, writes) = try issuance.effect()
        #expect(grounds == Grounds(epoch: Epoch(7), revocations: 0, links: []))
        #expect(writes.links.map { text($0.document) } == [link] && writes.task == nil && writes.taskHolder == nil)
    }

    @Test("by an agent that starts a chain for another makes both links at once")
    func onward() throws {
        var relay = try Relay()
        let request = TokenRequest.own(by: "agent-1", to: "agent-2", task: Relay.task)
        let issuance = try relay.judge(request).issued()
        let (_, writes) = try issuance.effect()
        #expect(writes.links.map(\.delegate.rawValue) == ["agent-1", "agent-2"])
        #expect(writes.taskHolder == AgentID(checked: "agent-1") && issuance.answer.depth == 2)
        let token = try relay.keep(issuance, for: request)
        let chain = try relay.chain(behind: token)
        #expect(chain.summary.path == ["alice@company.com", "agent-1", "agent-2"])
        #expect(chain.link.tokenID == token && chain.earlier?.link.tokenID != token)
    }

    @Test("makes no second holder of a task that somebody holds already")
    func secondHolder() throws {
        var relay = try Relay()
        let held = TaskEntry(
            id: Relay.task, createdAt: .eightOClock, createdBy: "an operator", holder: AgentID(checked: "agent-3"))
        relay.view.tasks = [held]
        let (_, writes) = try relay.judge(.start()).issued().effect()
        #expect(writes.task == nil && writes.taskHolder == nil)
        relay.view.tasks = [TaskEntry(id: Relay.task, createdAt: .eightOClock, createdBy: "an operator")]
        let (_, first) = try relay.judge(.start()).issued().effect()
        #expect(first.task == nil && first.taskHolder == AgentID(checked: "agent-1"))
    }

    @Test("names the principal and the agents, the last one outermost, where the audience's profile is rfc8693")
    func actors() throws {
        var relay = try Relay()
        relay.view.audiences[0] = try Relay.audience("cloud-inventory-api", Relay.inventoryClasses, claims: .rfc8693)
        let token = try relay.chain(of: 3)[2]
        let claims = try JSONValue(strict: relay.judge(.redeem(token, by: "agent-3")).issued().claims)
        #expect(claims["sub"] == "bob@company.com" && claims["client_id"] == "agent-3")
        #expect(claims["act"] == ["sub": "agent-3", "act": ["sub": "agent-2", "act": ["sub": "agent-1"]]])
        let own = try relay.take(.own(by: "agent-1"))
        let autonomous = try JSONValue(strict: relay.judge(.redeem(own, by: "agent-1")).issued().claims)
        #expect(autonomous["sub"] == "agent-1" && autonomous["act"] == nil)
    }

    @Test("shows the whole chain where the audience asks for it, as the very bytes that were hashed")
    func inline() throws {
        var relay = try Relay()
        relay.view.audiences[0] = try Relay.audience("cloud-inventory-api", Relay.inventoryClasses, chain: .inline)
        let token = try relay.chain(of: 3)[2]
        let links = try relay.chain(behind: token).summary.documents.map(text)
        let claims = text(try relay.judge(.redeem(token, by: "agent-3")).issued().claims)
        #expect(claims.hasSuffix(#","delegation_chain":[\#(links.joined(separator: ","))]}"#))
    }
}

extension Issuance {
    /// What is written with the record, and on what grounds; or the test ends here.
    func effect() throws -> (Grounds, Writes) {
        guard case .issuance(let grounds, let writes) = entry.effect else { throw Misarranged() }
        return (grounds, writes)
    }
}
