import MandateCore
import MandateVerifier

/// A chain as a tree: the person on top, each agent below the one that handed over.
struct ChainTree {
    let proof: ChainProof

    func lines(for terminal: Terminal, at now: Instant) -> [String] {
        var lines: [String] = []
        for (index, link) in proof.links.enumerated() {
            if index == 0 { lines.append(terminal.styled(Terminal.harmless(link.delegator), .strong)) }
            let margin = String(repeating: "   ", count: index)
            lines.append("\(margin)└─ \(terminal.styled(link.delegate.rawValue, .strong))\(Self.remark(link, at: now))")
            for entry in link.authority.entries {
                lines.append("\(margin)     \(entry.audience): \(entry.scopes)")
            }
        }
        return lines
    }

    private static func remark(_ link: ChainLink, at now: Instant) -> String {
        let task = link.task.map { ", task \($0)" } ?? ""
        guard let end = link.expiry else { return " (by registration\(task))" }
        return " (until \(DecodedToken.inWords(end.seconds, at: now))\(task))"
    }
}
