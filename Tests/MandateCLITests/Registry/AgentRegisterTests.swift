import MandateCore
import Testing

@testable import MandateCLI

@Suite("An agent registered by flags")
struct AgentRegisterTests {
    private static let least = ["--id", "a", "--type", "t", "--owner", "o"]

    @Test("is what the flags say")
    func all() throws {
        let flags = [
            "--version", "v1", "--model", "m", "--deployment", "d", "--team", "x", "--environment", "e",
            "--description", "what it is for", "--capability", "api=x:read,x:list", "--delegate-to", "b",
            "--delegate-to", "c", "--max-chain-depth", "2", "--max-class", "write", "--approval-for", "write",
            "--approval-for", "delete", "--grant", "client_credentials", "--may-start-chains",
            "--may-report-risk", "--expires-at", "2027-01-31T09:00:00Z",
        ]
        #expect(
            try AgentRegister.parse(Self.least + flags).agent() == [
                "id": "a", "type": "t", "owner": "o", "version": "v1", "model": "m", "deployment": "d", "team": "x",
                "environment": "e", "description": "what it is for", "expires_at": "2027-01-31T09:00:00Z",
                "capabilities": ["api": ["x:read", "x:list"]],
                "delegation": [
                    "to": ["b", "c"], "max_chain_depth": 2, "max_class": "write", "approval_for": ["write", "delete"],
                ],
                "grants": ["client_credentials"], "may_start_chains": true, "may_report_risk": true,
            ])
    }

    @Test("has nothing that no flag says")
    func least() throws {
        #expect(try AgentRegister.parse(Self.least).agent() == ["id": "a", "type": "t", "owner": "o"])
    }

    @Test(
        "is wrong usage when the flags do not fit",
        arguments: [
            ["--approval-for", "write"], ["--max-class", "write"], ["--max-chain-depth", "1", "--max-class", "red"],
            ["--grant", "password"], ["--grant", "token_exchange", "--grant", "token_exchange"],
            ["--expires-at", "soon"], ["--expires-at", "2027-01-31"], ["--file", "agent.yaml"],
        ])
    func misuse(flags: [String]) async {
        #expect(await Outcome.of(["agent", "register"] + Self.least + flags).status == 2)
    }

    @Test(
        "comes from a file or from flags",
        arguments: [
            ["--grant", "token_exchange"], ["--may-start-chains"], ["--may-report-risk"], ["--approval-for", "read"],
        ])
    func either(flags: [String]) async {
        #expect(await Outcome.of(["agent", "register", "-f", "agent.yaml"] + flags).status == 2)
    }
}
