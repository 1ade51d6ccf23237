/// What can be ended before its time by writing one row, whatever hangs below it.
public enum Revocation: Hashable, Sendable {
    /// A link, by the store's number, and with it everything below.
    case link(Int64)
    /// One access token, by its `jti`.
    case token(String)
    /// Everything of a task, which has ended.
    case task(TaskID)
}
