/// Which records are to be moved out of the ledger, and where to.
public struct ArchiveRequest: Hashable, Sendable {
    /// All of them are from before this moment.
    public let before: Instant
    /// An absolute path on the machine of the database.
    public let file: String

    public init(_ json: JSONValue) throws(Problem) {
        let reader = try ObjectReader(json, at: .root, "the body", known: ["before", "file"])
        let mend = "give a time as 2026-01-31T00:00:00Z"
        let text = try reader.require("before", try reader.string("before"), mend)
        guard let before = Instant(rfc3339: text) else { throw reader.field("before").problem("is no time: \(mend)") }
        self.before = before
        file = try reader.path("file")
    }
}
