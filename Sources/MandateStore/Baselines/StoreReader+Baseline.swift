import MandateCore

extension StoreReader {
    func baseline(of agent: AgentID) throws(Problem) -> Baseline? {
        if let known = baselines?.baseline(of: agent) { return known }
        return try asking { () throws(StoreError) in try BaselineReader(connection).baseline(of: agent) }
    }
}
