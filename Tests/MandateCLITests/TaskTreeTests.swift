import MandateCore
import Testing

@testable import MandateCLI

@Suite("The tree of a task")
struct TaskTreeTests {
    private let plain = Terminal(isInteractive: false, hasColour: false)

    private func link(
        _ delegator: String, _ delegate: String, _ status: String, scopes: JSONValue = ["ec2:Describe*"],
        _ links: JSONValue...
    ) -> JSONValue {
        [
            "delegator": .string(delegator), "delegate": .string(delegate), "status": .string(status),
            "authority": ["inventory": scopes], "expires_at": "2026-01-31T10:00:00.000Z", "links": .array(links),
        ]
    }

    @Test("is drawn with each delegate below the one that handed over")
    func drawn() {
        let collector = link("planner", "collector", "live", link("collector", "sorter", "expired"))
        let planner = link("alice", "planner", "live", collector, link("planner", "writer", "revoked"))
        let lines = TaskTree([planner, link("alice", "checker", "dead"), link("bob", "checker", "live")])
            .lines(for: plain)
        #expect(
            lines == [
                "alice",
                "├─ planner live until 2026-01-31T10:00:00.000Z",
                "│  inventory: ec2:Describe*",
                "│  ├─ collector live until 2026-01-31T10:00:00.000Z",
                "│  │  inventory: ec2:Describe*",
                "│  │  └─ sorter expired",
                "│  │     inventory: ec2:Describe*",
                "│  └─ writer revoked",
                "│     inventory: ec2:Describe*",
                "└─ checker dead",
                "   inventory: ec2:Describe*",
                "bob",
                "└─ checker live until 2026-01-31T10:00:00.000Z",
                "   inventory: ec2:Describe*",
            ])
    }

    @Test("lets no name steer the terminal")
    func harmless() {
        let lines = TaskTree([link("a\u{1B}[1m", "b\n", "li\u{7}ve")]).lines(for: plain)
        #expect(lines == ["a\\u{1b}[1m", "└─ b\\u{a} li\\u{7}ve", "   inventory: ec2:Describe*"])
    }

    @Test("is missed in words when there is none")
    func empty() {
        #expect(TaskShow.lines(["id": "t", "ended_at": .null, "links": []], plain) == ["id  t", "no delegations"])
    }
}
