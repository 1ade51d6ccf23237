import MandateCore

/// What is revoked and not yet expired, as one event loop remembers it: read once each, in the order it was revoked.
final class RevokedSet {
    /// The number of the last revocation that was read.
    private(set) var number: Int64 = 0
    private(set) var links: Set<Int64> = []
    private(set) var tokens: Set<String> = []
    /// After so many it starts afresh from what has not expired.
    private static let capacity = 65_536
    private var nextFreshStart = capacity

    private let following: Statement

    init(_ connection: Connection) throws(StoreError) {
        following = try connection.prepare("SELECT link, token FROM revocation WHERE number > ?")
    }

    func catchUp(to last: Int64) throws(StoreError) {
        guard last != number else { return }
        if links.count + tokens.count >= nextFreshStart {
            (links, tokens) = ([], [])
            number = 0
        }
        let found = try following.all([.integer(number)]) { row in (row.optionalInteger(0), row.optionalText(1)) }
        for (link, token) in found {
            if let link { links.insert(link) }
            if let token { tokens.insert(token) }
        }
        if number == 0 { nextFreshStart = max(Self.capacity, 2 * (links.count + tokens.count)) }
        number = last
    }
}
