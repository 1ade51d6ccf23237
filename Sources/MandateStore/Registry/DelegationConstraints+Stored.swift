import MandateCore

extension DelegationConstraints {
    var stored: JSONValue {
        [
            "to": .array(to.map { .string($0.rawValue) }),
            "max_chain_depth": .integer(Int64(maxChainDepth)),
            "max_class": .string(maxClass.rawValue),
            "approval_for": .array(approvalFor.sorted().map { .string($0.rawValue) }),
        ]
    }

    init?(stored json: JSONValue) {
        guard let to = json["to"]?.array?.map({ $0.string.flatMap { Label($0) } }), !to.contains(nil),
            let depth = json["max_chain_depth"]?.integer, let depth = Int(exactly: depth), Self.depths.contains(depth),
            let maxClass = json["max_class"]?.string.flatMap(ScopeClass.init(rawValue:)),
            let approvalFor = json["approval_for"]?.array?.map({ $0.string.flatMap(ScopeClass.init(rawValue:)) }),
            !approvalFor.contains(nil)
        else { return nil }
        self.init(
            to: to.compactMap { $0 }, maxChainDepth: depth, maxClass: maxClass,
            approvalFor: Set(approvalFor.compactMap { $0 }))
    }
}
