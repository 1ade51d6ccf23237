import Glibc
import MandateCore

/// The database that is where a backup is to go, as far as it can be read.
struct PresentDatabase {
    private let path: String

    init(at path: String) {
        self.path = path
    }

    /// Refuses a copy that lacks records which are here, or has others. Answers what could not be found out.
    func refuseLoss(to copy: String, at last: Int64) throws(Problem) -> [String] {
        var found = stat()
        guard lstat(path, &found) == 0 else { return [] }
        let here: Int64
        let differs: Bool
        do throws(StoreError) {
            let present = try Connection(path: path, access: .reading)
            guard try present.first("PRAGMA application_id", map: { row in row.integer(0) }) == Schema.applicationID
            else { throw StoreError(code: 0, message: "it is no database of mandate") }
            here = try present.first("SELECT coalesce(max(seq), 0) FROM ledger") { row in row.integer(0) } ?? 0
            let shared = min(here, last)
            let ours = try Self.record(shared, in: present)
            let theirs = try Self.record(shared, in: try Connection(path: copy, access: .reading))
            differs = ours != nil && theirs != nil && ours != theirs
        } catch {
            return [
                "the database that was there cannot be read (\(error.message)): whether it had records that the backup has "
                    + "not is unknown"
            ]
        }
        guard !differs else {
            throw Problem(
                .conflict,
                "the database here is another ledger, or one of the two was changed: record "
                    + "\(min(here, last)) is not the same. \(Self.mend)")
        }
        guard here <= last else {
            throw Problem(
                .conflict,
                "the backup ends with record \(last), the database here with record \(here): "
                    + "\(here - last) records would be lost. \(Self.mend)")
        }
        return []
    }

    static let mend = """
        Nothing was changed. To go back all the same, move the database, its -wal and the .checkpoint beside it to another \
        directory, keep them, and restore again
        """

    private static func record(_ sequence: Int64, in connection: Connection) throws(StoreError) -> [UInt8]? {
        try connection.first("SELECT record FROM ledger WHERE seq = ?", .integer(sequence)) { row in row.blob(0) }
    }
}
