/// The name of a key that signs notes (C2SP signed-note); of a ledger's key also the origin of its checkpoints.
public struct NoteKeyName: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public static let grammar = "1 to 512 visible ASCII characters without +"

    public init?(_ text: String) {
        guard (1...512).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isVisibleASCII && $0 != UInt8(ascii: "+") })
        else { return nil }
        rawValue = text
    }

    /// The name of the ledger of a service: its issuer without the scheme, and `/ledger`.
    public init(ledgerOf issuer: Issuer) {
        let text = issuer.rawValue
        let scheme = ["https://", "http://"].first { text.utf8.starts(with: $0.utf8) } ?? ""
        rawValue = String(text.dropFirst(scheme.count)) + "/ledger"
    }

    public var description: String { rawValue }
}
