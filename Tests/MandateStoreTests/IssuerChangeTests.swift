import MandateCore
import MandateJOSE
import Testing

@testable import MandateStore

@Suite("A store that adopts another issuer")
struct IssuerChangeTests {
    let place: Place
    let other = Issuer("https://moved.example/tenant")!

    init() throws {
        place = try Place()
    }

    @Test("links every registration anew, says so in the ledger, and raises the epoch")
    func relinks() async throws {
        let unlinked = AgentID(checked: "agent-unlinked")
        let own = Authority([.init(audience: Sample.inventory, scopes: Sample.scopes("ec2:DescribeHosts"))])!
        let special = Agent(
            id: Sample.writer, type: Sample.type.id, owner: Label(checked: "bob@company.com"), ownCapabilities: own)
        let (epoch, before) = try await opened(as: Place.issuer) { store in
            try await store.register([Sample.agent(Sample.reader)])
            try await store.change { (editor) throws(Problem) in
                try editor.save(special)
                try editor.link(special, capabilities: own)
                try editor.save(Sample.agent(unlinked))
            }
            return (try store.epoch(), try registrations(store))
        }
        place.clock.advance(bySeconds: 100)
        let after = try await opened(as: other) { (store) throws in
            #expect(try store.epoch() == epoch && store.records().isEmpty)
            try await store.adoptIssuer()
            #expect(try store.epoch() == Epoch(epoch.number + 1))
            #expect(try store.entry(unlinked)?.link == nil)
            let record = try #require(try store.records().first)
            #expect(record.json["event"] == "server.issuer_changed")
            #expect(
                record.json["change"] == ["from": "https://tokens.example", "to": "https://moved.example/tenant"])
            return try registrations(store)
        }
        for (old, new) in zip(before, after) {
            #expect(old.agent == new.agent && old.type == new.type && old.link != new.link)
            #expect(new.link.hash != old.link.hash)
            #expect(try ChainHash(ofLink: new.link.document, hashing: OpenSSLDigests()) == new.link.hash)
            let oldLink = try JSONValue(strict: old.link.document)
            let newLink = try JSONValue(strict: new.link.document)
            #expect(oldLink["iss"] == "https://tokens.example" && newLink["iss"] == "https://moved.example/tenant")
            #expect(oldLink["chain"] != newLink["chain"])
            #expect(newLink["iat"] == .integer(place.clock.now.seconds))
            for member in ["v", "depth", "parent", "delegator", "delegate", "principal", "authority", "policy"] {
                #expect(oldLink[member] == newLink[member], "\(member)")
            }
        }
        #expect(try JSONValue(strict: after[1].link.document)["authority"] == own.json)
    }

    @Test("does so once, and nothing under the issuer it has")
    func once() async throws {
        func state(_ store: Store) throws -> (Epoch, ChainHash?) {
            (try store.epoch(), try store.entry(Sample.reader)?.link)
        }
        let first = try await opened(as: Place.issuer) { store in
            try await store.register([Sample.agent(Sample.reader)])
            return try state(store)
        }
        #expect(try await opened(as: Place.issuer, state) == first)
        let moved = try await opened(as: other, state)
        #expect(try await opened(as: other, state) == moved)
    }

    @Test("cuts what was issued under the old one, too")
    func cut() async throws {
        let outcomes = try await opened(as: Place.issuer) { store in
            try await store.register([Sample.agent(Sample.reader)])
            let link = try #require(try store.registration(of: Sample.reader)).link.number
            return await store.outcomes(of: [
                .token("t", link: link, under: try store.epoch(), at: place.clock.now)
            ])
        }
        #expect(outcomes == [.durable])
        let cut = try await opened(as: other) { store in
            try await store.changing { (editor) throws(Problem) in try editor.cut(Sample.reader) }
        }
        #expect(cut.tokens == 1)
    }

    private func registrations(_ store: Store) throws -> [Registration] {
        try [Sample.reader, Sample.writer].map { try #require(try store.registration(of: $0)) }
    }

    /// Opens the store for `body` only.
    private func opened<Answer>(as issuer: Issuer, _ body: (Store) async throws -> Answer) async throws -> Answer {
        let store = try place.open(as: issuer)
        defer { store.close() }
        return try await body(store)
    }
}
