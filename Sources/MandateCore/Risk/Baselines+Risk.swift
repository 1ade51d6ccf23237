extension Baselines {
    /// How unusual a request is: by the habits of whoever would hold the token and of whoever asks, and by what is reported of
    /// it. The highest of them counts. A report counts from agents that may report only, and lowers nothing.
    func risk(of question: PolicyQuestion, reported: Int64?) throws(Refusal) -> Risk {
        let (holder, client) = (question.holder.agent.id, question.client.agent.id)
        var risk = try habitual(question, of: holder)
        if client != holder { risk.add(try habitual(question, of: client), from: "client \(client)") }
        if let reported, question.client.agent.mayReportRisk {
            risk.add(Risk(score: reported, reasons: ["\(reported)"]), from: "reported by \(client)")
        }
        return risk
    }

    private func habitual(_ question: PolicyQuestion, of agent: AgentID) throws(Refusal) -> Risk {
        let asked = question.targets.map { Authority.Entry(audience: $0.audience.id, scopes: $0.scopes) }
        let worst = question.targets.map { $0.audience.catalogue.worstClass(of: $0.scopes) }.max()
        guard let authority = Authority(asked), let worst else { throw .unavailable(.registry) }
        return (try baseline(of: agent) ?? Baseline()).risk(asking: authority, worst: worst, at: question.now)
    }
}

extension RegistryReader {
    /// The same for a request that nobody makes.
    func risk(of question: PolicyQuestion, reported: Int64?) throws(Refusal) -> Risk {
        try ReadBaselines(reader: self).risk(of: question, reported: reported)
    }
}

private struct ReadBaselines: Baselines {
    let reader: any RegistryReader

    func baseline(of agent: AgentID) throws(Refusal) -> Baseline? {
        do throws(Problem) {
            return try reader.baseline(of: agent)
        } catch {
            throw .unavailable(.registry)
        }
    }
}

extension Risk {
    fileprivate mutating func add(_ other: Risk, from source: String) {
        self = Risk(score: max(score, other.score), reasons: reasons + other.reasons.map { "\(source): \($0)" })
    }
}
