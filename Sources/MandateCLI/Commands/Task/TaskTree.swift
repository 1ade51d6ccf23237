import MandateCore

/// The delegations of a task as lines: who handed over on top, each delegate below, and under it what it handed on.
///
///     alice@company.com
///     └─ planner live until 2026-01-31T10:00:00.000Z
///        cloud-inventory-api: ec2:Describe*
///        └─ collector revoked
struct TaskTree {
    private let links: [JSONValue]

    /// - Parameter links: As the server shows them in a task.
    init(_ links: [JSONValue]) {
        self.links = links
    }

    func lines(for terminal: Terminal) -> [String] {
        var lines: [String] = []
        var delegator: String?
        for (index, link) in links.enumerated() {
            let name = link["delegator"]?.string ?? "?"
            if delegator.map({ !$0.utf8.elementsEqual(name.utf8) }) ?? true {
                lines.append(terminal.styled(Terminal.harmless(name), .strong))
                delegator = name
            }
            let next = links.dropFirst(index + 1).first?["delegator"]?.string
            let isLast = next.map { !$0.utf8.elementsEqual(name.utf8) } ?? true
            lines += Self.branch(link, margin: "", isLast: isLast, terminal)
        }
        return lines
    }

    private static func branch(_ link: JSONValue, margin: String, isLast: Bool, _ terminal: Terminal) -> [String] {
        let delegate = Terminal.harmless(link["delegate"]?.string ?? "?")
        let below = margin + (isLast ? "   " : "│  ")
        var lines = [
            margin + (isLast ? "└─ " : "├─ ") + terminal.styled(delegate, .strong) + " " + state(of: link, terminal)
        ]
        for audience in link["authority"]?.members ?? [] {
            lines.append(below + "\(Terminal.harmless(audience.name)): \(Details.text(audience.value))")
        }
        let links = link["links"]?.array ?? []
        for (index, link) in links.enumerated() {
            lines += branch(link, margin: below, isLast: index == links.count - 1, terminal)
        }
        return lines
    }

    private static func state(of link: JSONValue, _ terminal: Terminal) -> String {
        let status = Terminal.harmless(link["status"]?.string ?? "?")
        guard status == "live" else { return terminal.styled(status, status == "expired" ? .quiet : .bad) }
        let until = link["expires_at"]?.string.map { " until \(Terminal.harmless($0))" } ?? ""
        return terminal.styled(status, .good) + until
    }
}
