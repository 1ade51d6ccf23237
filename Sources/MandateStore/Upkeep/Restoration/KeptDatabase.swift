import Glibc
import MandateCore

/// The database that was there before a restore, under another name, with its log.
struct KeptDatabase {
    /// The new name; nil when there was no database.
    let name: String?
    private let database: String
    private let moved: [(from: String, to: String)]

    /// Gives the files their new names, the database first: while it has none, nothing opens what is left.
    init(puttingAside database: String, at now: Instant) throws(Problem) {
        self.database = database
        let name = database + ".before-restore-" + now.description.filter { $0 != "-" && $0 != ":" && $0 != "." }
        var moved: [(from: String, to: String)] = []
        for companion in ["", "-wal", "-shm", "-journal"] {
            var found = stat()
            guard lstat(database + companion, &found) == 0 else { continue }
            guard lstat(name + companion, &found) != 0, rename(database + companion, name + companion) == 0 else {
                let failure = Problem(
                    .unavailable,
                    "the database that is there cannot be put aside (\(SystemError.text)); nothing changed")
                Self.undo(moved)
                throw failure
            }
            moved.append((database + companion, name + companion))
        }
        self.name = moved.first?.to
        self.moved = moved
    }

    /// Everything as it was.
    func putBack() {
        Self.undo(moved)
    }

    /// The log first, so that the database is never there without it.
    private static func undo(_ moved: [(from: String, to: String)]) {
        for names in moved.reversed() { rename(names.to, names.from) }
    }

    /// The path that every way to the file leads to, as the lock has it; of a file that is not there, too.
    static func resolved(_ path: String) throws(Problem) -> String {
        if let found = realpath(path, nil) {
            defer { free(found) }
            return String(cString: found)
        }
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard let found = realpath(directory, nil) else {
            throw Problem(
                .notFound, "there is no directory \(directory) for the database: make it, or mend the setting")
        }
        defer { free(found) }
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let place = String(cString: found)
        return (place == "/" ? "" : place) + "/" + name
    }
}
