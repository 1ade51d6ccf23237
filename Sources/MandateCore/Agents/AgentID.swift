/// The id of an agent in the registry; the same text is its OAuth `client_id`.
public struct AgentID: Identifier {
    public let rawValue: String
    public static let lengths = 1...128
    public static let grammar = "1 to 128 of A-Za-z0-9._~-"
    public static func allows(_ byte: UInt8) -> Bool { byte.isUnreserved }
    public init(checked: String) { rawValue = checked }
}

/// The id of an agent type.
public struct AgentTypeID: Identifier {
    public let rawValue: String
    public static let lengths = 1...128
    public static let grammar = "1 to 128 of A-Za-z0-9._~-"
    public static func allows(_ byte: UInt8) -> Bool { byte.isUnreserved }
    public init(checked: String) { rawValue = checked }
}

/// The id of a resource server; it is the `aud` claim of its tokens (RFC 7519 §4.1.3).
///
/// `:` and `/` are allowed because Mandate itself is an audience, named by its issuer URL.
public struct AudienceID: Identifier {
    public let rawValue: String
    public static let lengths = 1...256
    public static let grammar = "1 to 256 of A-Za-z0-9._~:/-"
    public static func allows(_ byte: UInt8) -> Bool {
        byte.isUnreserved || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/")
    }
    public init(checked: String) { rawValue = checked }
}

/// The id of the task a token is for.
public struct TaskID: Identifier {
    public let rawValue: String
    public static let lengths = 1...128
    public static let grammar = "1 to 128 visible ASCII characters without spaces"
    public static func allows(_ byte: UInt8) -> Bool { byte.isVisibleASCII }
    public init(checked: String) { rawValue = checked }
}

/// Why a token is wanted, in the caller's words.
public struct TaskPurpose: Identifier {
    public let rawValue: String
    public static let lengths = 1...512
    public static let grammar = "1 to 512 visible ASCII characters and spaces"
    public static func allows(_ byte: UInt8) -> Bool { byte.isVisibleASCII || byte == UInt8(ascii: " ") }
    public init(checked: String) { rawValue = checked }
}

/// A short text of the registry: a team, an environment, a version, an owner.
public struct Label: Identifier {
    public let rawValue: String
    public static let lengths = 1...256
    public static let grammar = "1 to 256 visible ASCII characters without spaces"
    public static func allows(_ byte: UInt8) -> Bool { byte.isVisibleASCII }
    public init(checked: String) { rawValue = checked }
}
