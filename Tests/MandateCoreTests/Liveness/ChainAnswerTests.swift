import MandateCore
import MandateTesting
import Testing

@Suite("The links behind a hash")
struct ChainAnswerTests {
    private let relay: Relay
    private let tokens: [String]

    init() throws {
        var relay = try Relay()
        tokens = try relay.chain(of: 3)
        self.relay = relay
    }

    private func said(_ hash: String, to bearer: String?, in relay: Relay) throws -> String {
        let answer = try relay.service.links(
            behind: hash, for: bearer.map { Array($0.utf8) }, in: relay.view, at: relay.now)
        switch answer {
        case .links(let json): return String(decoding: json, as: UTF8.self)
        case .unauthorized(let hasToken): return "unauthorized, token: \(hasToken)"
        case .unknown: return "unknown"
        case .forbidden: return "forbidden"
        case .unavailable(let refusal): return refusal.reason
        }
    }

    @Test("are given, root first and byte for byte, to the bearer of a token that commits to it")
    func links() throws {
        let chain = try relay.chain(behind: tokens[2])
        let documents = chain.summary.documents.map { String(decoding: $0, as: UTF8.self) }
        #expect(documents.count == 3)
        #expect(
            try said(chain.summary.hash.text, to: tokens[2], in: relay)
                == #"{"links":[\#(documents.joined(separator: ","))]}"#)
    }

    @Test("are given to nobody else")
    func others() throws {
        let hash = try relay.chain(behind: tokens[1]).summary.hash.text
        #expect(try said(hash, to: nil, in: relay) == "unauthorized, token: false")
        #expect(try said(hash, to: "unknown", in: relay) == "unauthorized, token: true")
        #expect(try said(hash, to: tokens[0], in: relay) == "forbidden")
        #expect(try said(hash, to: tokens[2], in: relay) == "forbidden", "those below are of another chain")
        var dead = relay
        try dead.register("agent-1", status: .suspended)
        #expect(try said(hash, to: tokens[1], in: dead) == "unauthorized, token: true")
    }

    @Test(
        "are not known for a hash of nothing",
        arguments: [
            "", "sha256:", "sha256:" + String(repeating: "0", count: 64), String(repeating: "0", count: 64),
        ])
    func unknown(hash: String) throws {
        #expect(try said(hash, to: tokens[0], in: relay) == "unknown")
    }

    @Test("have one name: lowercase")
    func lowercase() throws {
        let hash = try relay.chain(behind: tokens[0]).summary.hash.text
        #expect(try said(hash.uppercased(), to: tokens[0], in: relay) == "unknown")
    }

    @Test("cannot be given when the registry does not answer")
    func unavailable() throws {
        var broken = relay
        broken.view.failure = .unavailable(.registry)
        #expect(try said("sha256:", to: tokens[0], in: broken) == "registry_unavailable")
    }
}
