import NIOPosix

/// The threads on which a lane's requests are carried out: nobody waits for those of another lane.
final class LaneThreads: TaskExecutor {
    private let pool: NIOThreadPool

    init(_ count: Int) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // A pool that has ended runs what it is given at once, on the thread that gives it: no job is lost.
        pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Ends the threads when they have done what they were given.
    func stop() async throws { try await pool.shutdownGracefully() }
}
