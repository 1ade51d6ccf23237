/// A signed checkpoint as it is kept.
public struct StoredCheckpoint: Hashable, Sendable {
    /// How many records it covers.
    public let size: Int64
    public let at: Instant
    /// The whole note as it is published.
    public let note: [UInt8]

    public init(size: Int64, at: Instant, note: [UInt8]) {
        self.size = size
        self.at = at
        self.note = note
    }
}
