/// How long to wait before the next attempt: half a second, doubled up to half a minute.
struct Backoff: Hashable {
    private var next = Self.shortest
    private static let shortest = Duration.milliseconds(500)
    private static let longest = Duration.seconds(30)

    /// The pause after one more failure.
    mutating func pause() -> Duration {
        defer { next = min(next * 2, Self.longest) }
        return next
    }

    /// An attempt went well.
    mutating func reset() {
        next = Self.shortest
    }
}
