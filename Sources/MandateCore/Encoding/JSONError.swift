/// Why bytes are not the JSON that is accepted here, and where.
public struct JSONError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case unexpectedByte
        case unexpectedEnd
        case duplicateName(String)
        case tooDeep
        case invalidUTF8
        case invalidEscape
        case invalidNumber
        case trailingBytes
    }

    public let reason: Reason

    /// The offset of the byte, or of the start of the string or number, that was refused.
    public let offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
