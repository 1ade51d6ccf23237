import MandateCore
import MandateTesting
import Testing

@Suite("A link of a chain")
struct ChainReadingTests {
    private static let names = ["cloud-inventory-api", "billing-api", "agent-9"]

    /// Chains of random agents, scopes, times and tasks, as the service writes them.
    private func randomChains(seed: UInt64) throws -> [DelegationChain] {
        var generator = SeededGenerator(seed: seed)
        var chains: [DelegationChain] = []
        for round in 0..<12 {
            var relay = try Relay()
            relay.now = Instant(
                milliseconds: Int64.random(in: 1_800_000_000_000...1_800_003_600_000, using: &generator))
            let actions = (0..<Int.random(in: 1...4, using: &generator)).map { _ in "D\(generator.next() % 1000)*" }
            guard let scopes = ScopeSet(actions.compactMap { Scope("ec2:\($0)") }) else { throw Misarranged() }
            let task = TaskID(#"t"\\#(generator.next())~"#)
            relay.view.audiences[0] = try Relay.audience("cloud-inventory-api", [("ec2:*", .read)])
            let subject = "s\"ü\u{1}\(generator.next())"
            relay.arrive(token: "bob", claims: Relay.person(("sub", .string(subject)), ("exp", 1_800_010_000)))
            var token = try relay.take(
                round % 3 == 0
                    ? .own(by: "agent-1", scope: scopes, task: round % 2 == 0 ? task : nil)
                    : .start(to: "agent-1", target: Relay.both, scope: scopes, task: task))
            let both = round % 3 == 0 ? [TokenRequest.Target.audience("cloud-inventory-api")] : Relay.both
            for number in 2...Int.random(in: 2...7, using: &generator) {
                relay.now = Instant(
                    milliseconds: relay.now.milliseconds + Int64.random(in: 0...9999, using: &generator))
                token = try relay.take(
                    .handOver(
                        token, by: "agent-\(number - 1)", to: "agent-\(number)", target: both, scope: scopes,
                        lifetime: Int64.random(in: 600...3600, using: &generator)))
            }
            chains.append(try relay.chain(behind: token))
        }
        return chains
    }

    @Test("is written as RFC 8785 has it, and reads back as what was written", arguments: [1, 2, 3] as [UInt64])
    func canonical(seed: UInt64) throws {
        for chain in try randomChains(seed: seed) {
            var earlier: DelegationChain?
            for (index, document) in chain.summary.documents.enumerated() {
                #expect(try JSONValue(strict: document).canonical == document)
                let hash = try ChainHash(ofLink: document, hashing: FakeDigests())
                let stored = StoredLink(number: Int64(index), hash: hash, document: document)
                let read = try #require(DelegationChain(stored, after: earlier, hashing: FakeDigests()))
                #expect(read.link.json.canonical == document && read.link.depth == index + 1)
                earlier = read
            }
            let read = try #require(earlier)
            #expect(read.link == chain.link && read.agents == chain.agents)
            #expect(read.summary.hash == chain.summary.hash && read.summary.path == chain.summary.path)
            #expect(read.summary.documents == chain.summary.documents)
        }
    }

    /// The chain of three of a relay.
    private func chain() throws -> DelegationChain {
        var relay = try Relay()
        let token = try relay.chain(of: 3)[2]
        return try relay.chain(behind: token)
    }

    private func read(_ document: JSONValue, after earlier: DelegationChain?) throws -> DelegationChain? {
        let bytes = document.canonical
        let hash = try ChainHash(ofLink: bytes, hashing: FakeDigests())
        return DelegationChain(
            StoredLink(number: 1, hash: hash, document: bytes), after: earlier, hashing: FakeDigests())
    }

    private func changed(_ link: Link, _ name: String, _ value: JSONValue?) -> JSONValue {
        let others = (link.json.members ?? []).filter { $0.name != name }
        return .object(others + (value.map { [JSONMember(name: name, value: $0)] } ?? []))
    }

    private static let faults: [(String, JSONValue?)] = [
        ("v", 2), ("v", "1"), ("v", nil), ("extra", 1), ("iss", "not a url"), ("iss", 1), ("iss", .null),
        ("chain", "short"), ("chain", "AwMDAwMDAwMDAwMDAwMDAx"), ("chain", "AwMDAwMDAwMDAwMDAwMDAw=="),
        ("depth", "2"), ("depth", .number(2.5)), ("depth", .null), ("parent", "x"), ("parent", 1), ("jti", 1),
        ("jti", "not a uuid"), ("jti", "01A3185C-5000-7202-8202-020202020202"), ("delegator", 1),
        ("delegator", .null), ("delegate", "no agent"), ("delegate", ""), ("delegate", .null),
        ("principal", [:]), ("principal", ["iss": "https://login.example"]), ("principal", "bob@company.com"),
        ("principal", ["iss": "https://login.example", "sub": "00u-bob", "name": "x"]),
        ("authority", [:]), ("authority", ["a": []]), ("authority", ["a": ["*"]]), ("authority", ["a": "ec2:x"]),
        ("authority", ["a": ["b:x", "a:x"]]), ("authority", ["a": ["a:x", "a:x"]]), ("authority", ["a b": ["a:x"]]),
        ("task", "two words"), ("task", 1), ("task", ""), ("iat", "1800000000"), ("iat", .null), ("iat", -1),
        ("exp", "x"), ("exp", .number(1.5)), ("exp", .integer(.max)), ("policy", .null), ("policy", 1),
        ("approval", "x"), ("approval", nil), ("cnf", "x"), ("cnf", nil),
    ]

    @Test("is refused when a member is not as it is written here", arguments: faults.indices)
    func hostile(index: Int) throws {
        let chain = try chain()
        let (name, value) = Self.faults[index]
        #expect(try read(chain.link.json, after: chain.earlier) != nil)
        #expect(try read(changed(chain.link, name, value), after: chain.earlier) == nil)
    }

    @Test("is refused when its bytes are not those that were hashed, or not canonical, or not JSON")
    func bytes() throws {
        let chain = try chain()
        let document = try #require(chain.summary.documents.last)
        let hash = chain.summary.hash
        func read(_ bytes: [UInt8], _ hash: ChainHash) -> DelegationChain? {
            DelegationChain(
                StoredLink(number: 1, hash: hash, document: bytes), after: chain.earlier, hashing: FakeDigests())
        }
        #expect(read(document, hash) != nil)
        #expect(read(document, try #require(chain.earlier).summary.hash) == nil)
        for (old, new) in [("agent-3", "agent-4"), ("1800003600", "1800003601")] {
            let text = String(decoding: document, as: UTF8.self)
            let changed = Array(
                text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new).utf8)
            #expect(changed != document && read(changed, hash) == nil)
        }
        for bytes in [[], Array("{}".utf8), Array("null".utf8), Array("{".utf8)] as [[UInt8]] {
            #expect(read(bytes, try ChainHash(ofLink: bytes, hashing: FakeDigests())) == nil)
        }
    }

    private static let strays: [(String, JSONValue?)] = [
        ("depth", 2), ("depth", 4), ("depth", 1), ("parent", .null),
        ("parent", .string("sha256:" + String(repeating: "0", count: 64))), ("iss", "https://other.example"),
        ("chain", "BAQEBAQEBAQEBAQEBAQEBA"), ("task", "INC-2"), ("task", .null), ("delegator", "agent-1"),
        ("delegator", "bob@company.com"), ("principal", ["owner": "bob@company.com"]),
        ("principal", ["iss": "https://login.example", "sub": "00u-eve"]),
        ("principal", ["iss": "https://other.example", "sub": "00u-bob"]), ("jti", .null), ("exp", .null),
    ]

    @Test("is refused where it does not follow the one before it", arguments: strays.indices)
    func follows(index: Int) throws {
        let chain = try chain()
        let (name, value) = Self.strays[index]
        #expect(try read(changed(chain.link, name, value), after: chain.earlier) == nil)
    }

    @Test("is refused at another place of its chain, and at the beginning")
    func place() throws {
        let chain = try chain()
        let root = chain.earlier?.earlier
        #expect(try read(chain.link.json, after: root) == nil)
        #expect(try read(chain.link.json, after: nil) == nil)
        #expect(try read(chain.link.json, after: chain) == nil)
        #expect(try read(try #require(root).link.json, after: root) == nil)
    }

    @Test("at the root is handed over by its principal")
    func root() throws {
        let root = try #require(try chain().earlier?.earlier)
        #expect(try read(root.link.json, after: nil) != nil)
        for (name, value) in [("depth", 0), ("depth", 2), ("principal", ["owner": "eve@company.com"])]
            as [(String, JSONValue)]
        {
            #expect(try read(changed(root.link, name, value), after: nil) == nil)
        }
        let parent = try #require(try chain().earlier).summary.hash.text
        #expect(try read(changed(root.link, "parent", .string(parent)), after: nil) == nil)
    }
}
