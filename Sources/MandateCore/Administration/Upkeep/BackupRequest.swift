/// Where a copy of the database is to be made.
public struct BackupRequest: Hashable, Sendable {
    /// An absolute path on the machine of the database.
    public let file: String

    public init(_ json: JSONValue) throws(Problem) {
        let reader = try ObjectReader(json, at: .root, "the body", known: ["file"])
        file = try reader.path("file")
    }
}

extension ObjectReader {
    private static let longestPath = 4095

    /// An absolute path.
    func path(_ name: String) throws(Problem) -> String {
        let path = try require(name, try string(name), "give the absolute path of a file that is not there yet")
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.last != UInt8(ascii: "/"), !path.utf8.contains(0),
            path.utf8.count <= Self.longestPath
        else {
            throw field(name).problem("must be the absolute path of a file, of at most \(Self.longestPath) bytes")
        }
        return path
    }
}
