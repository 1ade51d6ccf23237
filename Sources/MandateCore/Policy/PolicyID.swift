/// The id of a policy: what a refusal and the ledger name.
public struct PolicyID: Identifier {
    public let rawValue: String
    public static let lengths = 1...128
    public static let grammar = "1 to 128 of A-Za-z0-9._~-"
    public static func allows(_ byte: UInt8) -> Bool { byte.isUnreserved }
    public init(checked: String) { rawValue = checked }
}
