import Foundation
import Glibc
import MandateCore
import Synchronization

extension Store: DatabaseUpkeep {
    /// Copies the database, as it is now, to a file that must not be there; the service goes on meanwhile.
    public func backUp(to file: String) async throws(Problem) -> Backup {
        let file = try outside(file)
        let (path, digests) = (path, digests)
        return try await inTurn { () throws(Problem) in
            try await apart { (stop) throws(Problem) in
                try BackupMaker(database: path, digests: digests, stop: stop).make(file)
            }
        }
    }

    /// Writes the oldest records to a file that must not be there and takes them out of the ledger, with a record of it.
    public func archive(
        before moment: Instant, to file: String, by operatorName: String
    ) async throws(Problem) -> Archive {
        let file = try outside(file)
        let (path, readers, digests) = (path, readers, digests)
        return try await inTurn { () throws(Problem) in
            let archive = try await apart { (stop) throws(Problem) in
                try ArchiveMaker(database: path, readers: readers, digests: digests, stop: stop).make(
                    file, before: moment)
            }
            try await remove(archive, by: operatorName)
            await deleteArchivedRows()
            return archive
        }
    }

    /// The path with its directory as it really is. Names that belong to the database itself are refused.
    private func outside(_ file: String) throws(Problem) -> String {
        guard let slash = file.lastIndex(of: "/"), !file.utf8.contains(0), file.hasPrefix("/") else {
            throw Problem(.invalid, field: "file", "must be an absolute path")
        }
        guard let directory = realpath(slash == file.startIndex ? "/" : String(file[..<slash]), nil) else {
            throw Problem(.invalid, field: "file", "is in no directory that can be found: \(SystemError.text)")
        }
        defer { free(directory) }
        let found = String(cString: directory)
        let place = (found == "/" ? "" : found) + file[slash...]
        let own = ["", "-wal", "-shm", "-journal", ".lock", ".checkpoint"].map { path + $0 }
        guard !own.contains(where: { $0.utf8.elementsEqual(place.utf8) }) else {
            throw Problem(.conflict, field: "file", "is a name that belongs to the database: give another")
        }
        return place
    }

    /// Runs one piece of upkeep at a time.
    private func inTurn<Answer: Sendable>(
        _ work: () async throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        let isFree = upkeep.withLock { isBusy in
            defer { isBusy = true }
            return !isBusy
        }
        guard isFree else {
            throw Problem(.conflict, "another backup or archive is being made: wait until it is done")
        }
        defer { upkeep.withLock { $0 = false } }
        return try await work()
    }

    /// Runs long work on a thread of its own, with less claim to the processor than the service has. A task that is
    /// cancelled ends the work.
    private func apart<Answer: Sendable>(
        _ work: @escaping @Sendable (StopFlag) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        let stop = StopFlag()
        let result: Result<Answer, Problem> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread {
                    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                    do throws(Problem) {
                        continuation.resume(returning: .success(try work(stop)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                thread.name = "upkeep"
                thread.start()
            }
        } onCancel: {
            stop.set()
        }
        return try result.get()
    }
}
