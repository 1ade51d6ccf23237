import MandateCore

/// A token as anybody can read it, which proves nothing.
struct DecodedToken {
    let text: String
    let header: JSONValue
    let claims: JSONValue

    private static let times: Set<String> = ["exp", "iat", "nbf", "auth_time"]
    /// Shown on its own, as a tree.
    private static let chain = "delegation_chain"

    init(_ text: String) throws(CommandFailure) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 16 * 1024, let header = Self.object(parts[0]),
            let claims = Self.object(parts[1])
        else {
            throw CommandFailure("this is no token: a token is three parts of base64url with dots between them")
        }
        self.text = text
        self.header = header
        self.claims = claims
    }

    private static func object(_ part: Substring.UTF8View) -> JSONValue? {
        guard let bytes = Base64URL.decode(part) else { return nil }
        do throws(JSONError) {
            let json = try JSONValue(strict: bytes)
            return json.members == nil ? nil : json
        } catch {
            return nil
        }
    }

    /// Whether it says that it is for handing over, not for calling a resource server.
    var isDelegation: Bool { header["typ"]?.string?.lowercased() == TokenType.delegation.rawValue }

    /// The hash of the chain it commits to.
    var chainHash: ChainHash? { claims["delegation_chain_hash"]?.string.flatMap { text in ChainHash(text: text) } }

    /// The links that it carries.
    var inlineChain: ChainReading? { claims[Self.chain].map { links in ChainReading(links: links) } }

    /// Header and claims, times in words.
    func lines(for terminal: Terminal, at now: Instant) -> [String] {
        let shown = (claims.members ?? []).filter { member in member.name != Self.chain }.map { member in
            guard Self.times.contains(member.name), let seconds = member.value.integer else { return member }
            return JSONMember(name: member.name, value: .string(Self.inWords(seconds, at: now)))
        }
        return [terminal.styled("header", .strong)] + Details(header).lines(for: terminal, indent: 2)
            + [terminal.styled("claims", .strong)] + Details(.object(shown)).lines(for: terminal, indent: 2)
    }

    /// `2026-01-31T09:00:00.000Z (in 14 min)`.
    static func inWords(_ seconds: Int64, at now: Instant) -> String {
        let instant = Instant(seconds: seconds)
        guard instant.seconds == seconds else { return String(seconds) }
        let distance = seconds - now.seconds
        let span = span(distance.magnitude)
        return "\(instant) (\(distance > 0 ? "in \(span)" : distance < 0 ? "\(span) ago" : "now"))"
    }

    private static func span(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
