import MandateCore
import MandateTesting
import Testing

@testable import MandateStore

@Suite("A chain in the store")
struct ChainReaderTests {
    private func chain(_ hash: ChainHash, in store: Store) throws -> DelegationChain? {
        try store.registry().reading { view in Result { try view.chain(hash) } }.get()
    }

    @Test("is read link by link, and kept: each earlier part is the same one")
    func kept() async throws {
        var counter = try await Counter()
        let tokens = try await counter.chain()
        let whole = try #require(try counter.asking { try $0.chain(tokens[2].chain) })
        let part = try #require(try counter.asking { try $0.chain(tokens[1].chain) })
        #expect(whole.earlier === part)
        #expect(whole.agents == Counter.agents && whole.summary.links.count == 3)
        #expect(try counter.asking { try $0.chain(tokens[2].chain) } === whole)
        let nothing = try #require(ChainHash(bytes: [UInt8](repeating: 0, count: 32)))
        #expect(try counter.asking { try $0.chain(nothing) } == nil)
    }

    @Test("begins at a registration as well")
    func registration() async throws {
        let counter = try await Counter()
        let link = try #require(try counter.asking { try $0.registration(of: Counter.agents[0]) }).link
        let chain = try #require(try counter.asking { try $0.chain(link.hash) })
        #expect(chain.earlier == nil && chain.summary.links == [link.number])
        #expect(chain.link.authority == Sample.authority && chain.link.tokenID == nil && chain.link.expiry == nil)
    }

    @Test(
        "is refused, and all below it, when anything of a link was changed",
        arguments: [
            "UPDATE link SET document = replace(document, 'ec2:Describe', 'ec2:Terminat') WHERE depth = 2",
            "UPDATE link SET document = document || ' ' WHERE depth = 2",
            "UPDATE link SET document = '{}' WHERE depth = 2",
            "UPDATE link SET hash = zeroblob(32) WHERE depth = 2",
            "UPDATE link SET parent = (SELECT parent FROM link WHERE depth = 2) WHERE depth = 3",
            "UPDATE link SET parent = NULL WHERE depth = 2",
            "UPDATE link SET parent = 1 WHERE depth = 2",
            "UPDATE link SET parent = number WHERE depth = 2",
        ])
    func changed(sql: String) async throws {
        var counter = try await Counter()
        let tokens = try await counter.chain()
        let last = tokens[2].chain
        counter.store.close()
        let depth = "json_extract(document, '$.jti') IS NOT NULL AND json_extract(document, '$.depth')"
        try counter.place.tamper(sql.split(separator: "depth").joined(separator: depth))
        #expect(throws: Refusal.unavailable(.registry)) { try chain(last, in: counter.store) }
        #expect(try chain(tokens[0].chain, in: counter.store)?.summary.depth == 1)
    }
}
