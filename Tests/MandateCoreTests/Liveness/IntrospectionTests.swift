import MandateCore
import MandateTesting
import Testing

@Suite("Introspection")
struct IntrospectionTests {
    private static let inactive = #"{"active":false}"#
    private let relay: Relay
    private let delegations: [String]
    private let access: String

    init() throws {
        var relay = try Relay()
        delegations = try relay.chain(of: 3)
        access = try relay.presented(under: delegations[0])
        relay.now = relay.now.advanced(bySeconds: 1)
        self.relay = relay
    }

    private func answer(_ token: String, to client: String, in relay: Relay) throws -> String {
        let question = TokenQuestion(
            credential: TokenRequest.credential(of: client), token: Array(token.utf8), address: "192.0.2.7")
        guard
            case .answer(let json, _) = try relay.service.judge(.introspection(question), in: relay.view, at: relay.now)
        else { throw Misarranged() }
        return String(decoding: json, as: UTF8.self)
    }

    private func whole(_ token: String, type: String) throws -> String {
        let members = try #require(relay.tokens.own[token]).members.map {
            "\"\($0.name)\":" + String(decoding: $0.value.text, as: UTF8.self)
        }
        let links = try relay.chain(behind: token).summary.documents.map { String(decoding: $0, as: UTF8.self) }
        return #"{"active":true,"token_type":"\#(type)","# + members.joined(separator: ",")
            + #","delegation_chain":[\#(links.joined(separator: ","))]}"#
    }

    @Test("tells the holder and the audience every claim and the chain, and everybody else nothing")
    func who() throws {
        let bearer = try whole(access, type: "Bearer")
        #expect(try answer(access, to: "agent-1", in: relay) == bearer)
        #expect(try answer(access, to: "agent-9", in: relay) == bearer)
        for client in ["agent-2", "agent-3", "portal"] {
            #expect(try answer(access, to: client, in: relay) == Self.inactive)
        }
        #expect(try answer(delegations[2], to: "agent-3", in: relay) == whole(delegations[2], type: "N_A"))
        for client in ["agent-1", "agent-2", "agent-9", "portal"] {
            #expect(try answer(delegations[2], to: client, in: relay) == Self.inactive)
        }
    }

    @Test("says the same of what is dead, however it died, and of what never was")
    func dead() throws {
        func said(_ token: String, by client: String, _ change: (inout Relay) throws -> Void) throws -> String {
            var changed = relay
            try change(&changed)
            return try answer(token, to: client, in: changed)
        }
        let links = try relay.chain(behind: delegations[2]).summary.links
        let ended = TaskEntry(id: Relay.task, status: .cancelled, createdAt: .eightOClock, createdBy: "portal")
        let changes: [(inout Relay) throws -> Void] = [
            { $0.view.revokedPrincipals = [Relay.bob] }, { $0.view.tasks = [ended] },
            { $0.view.revokedLinks = [links[0]] }, { try $0.register("agent-1", notBefore: $0.now) },
            { $0.now = $0.now.advanced(bySeconds: 3600) }, { $0.view.chains = [] }, { $0.tokens.own = [:] },
        ]
        for change in changes {
            #expect(try said(delegations[2], by: "agent-3", change) == Self.inactive)
            #expect(try said(access, by: "agent-9", change) == Self.inactive)
        }
        #expect(try said(access, by: "agent-9") { $0.view.revokedTokens = [access] } == Self.inactive)
        #expect(try said(access, by: "agent-9") { try $0.register("agent-1", status: .suspended) } == Self.inactive)
        #expect(try said(delegations[2], by: "agent-3") { $0.view.revokedLinks = [links[2]] } == Self.inactive)
        #expect(try said(delegations[0], by: "agent-1") { $0.view.revokedLinks = [links[2]] } != Self.inactive)
        #expect(try said(access, by: "agent-9") { try $0.register("agent-2", status: .suspended) } != Self.inactive)
    }

    @Test("is for clients that prove who they are")
    func authenticated() throws {
        let question = TokenQuestion(credential: .unusable(basic: false), token: Array(access.utf8), address: "a")
        guard
            case .unauthenticated(.clientAuthenticationFailed, client: nil) = try relay.service.judge(
                .introspection(question), in: relay.view, at: relay.now)
        else {
            Issue.record("anybody may ask")
            return
        }
    }
}

extension JSONValue {
    /// The value as it was written: members in their order.
    fileprivate var text: [UInt8] {
        var writer = JSONWriter(capacity: 64)
        writer.value(self)
        return writer.bytes
    }
}
