import MandateCore

/// Reads baselines from disk, where they are as they were up to a minute ago.
final class BaselineReader {
    private let select: Statement

    init(_ connection: Connection) throws(StoreError) {
        select = try connection.prepare("SELECT profile FROM baseline WHERE agent = ?")
    }

    func baseline(of agent: AgentID) throws(StoreError) -> Baseline? {
        try select.first([.text(agent.rawValue)]) { row throws(StoreError) in
            guard let baseline = Baseline(json: try StoredJSON(row.blob(0), "baseline.profile").value) else {
                throw .unreadable("baseline.profile")
            }
            return baseline
        }
    }
}
