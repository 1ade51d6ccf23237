import MandateCore
import MandateVerifier

/// A chain as a tree: the person on top, each agent below the one that handed over.
struct ChainTree {
    let proof: ChainProof

    private static let scopesShown = 4

    func lines(for terminal: Terminal, at now: Instant) -> [String] {
        var lines: [String] = []
        for (index, link) in proof.links.enumerated() {
            if index == 0 {
                let person = terminal.styled(Terminal.harmless(link.delegator), .strong)
                lines.append("\(person)  \(terminal.styled(Self.voucher(link), .quiet))")
            }
            let margin = String(repeating: "   ", count: index)
            let isLast = index == proof.links.count - 1
            let rail = margin + (isLast ? "   " : "   │")
            lines.append("\(margin)└─ \(terminal.styled(link.delegate.rawValue, .strong))  \(Self.task(link))")
            lines.append("\(rail)  \(Self.end(link, at: now))")
            lines += link.authority.entries.map { "\(rail)  \($0.audience): \(Self.shortened($0.scopes))" }
        }
        return lines
    }

    /// Who says that it is this person.
    private static func voucher(_ link: ChainLink) -> String {
        guard let issuer = link.principal["iss"]?.string, let subject = link.principal["sub"]?.string else {
            return Terminal.harmless("owner of \(link.delegate) in the registry of \(link.issuer)")
        }
        return Terminal.harmless("vouched for by \(issuer) as \(subject)")
    }

    private static func task(_ link: ChainLink) -> String {
        "depth \(link.depth), " + (link.task.map { "task \($0)" } ?? "any task")
    }

    private static func end(_ link: ChainLink, at now: Instant) -> String {
        guard let end = link.expiry else { return "by registration, without an end" }
        return "\(end <= now ? "ended" : "until") \(DecodedToken.inWords(end.seconds, at: now))"
    }

    private static func shortened(_ scopes: ScopeSet) -> String {
        let rest = scopes.scopes.count - scopesShown
        let shown = scopes.scopes.prefix(scopesShown).map(\.description).joined(separator: " ")
        return rest > 0 ? "\(shown) and \(rest) more" : shown
    }
}
