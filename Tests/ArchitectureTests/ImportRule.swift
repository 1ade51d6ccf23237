/// The one rule about imports: everything knows the core, the core knows no one, adapters do not know each other.
enum ImportRule {
    /// What a module may import of this package, and whether it may import anything else.
    private struct Allowance {
        let own: Set<String>
        var others = true
    }

    private static let allowances: [String: Allowance] = [
        "MandateCore": Allowance(own: [], others: false),
        "MandateJOSE": Allowance(own: ["MandateCore"]),
        "MandateStore": Allowance(own: ["MandateCore"]),
        "MandateAccept": Allowance(own: []),
        "MandateServer": Allowance(own: ["MandateCore", "MandateAccept"]),
        "MandateAdmin": Allowance(own: ["MandateCore", "MandateAccept"]),
        "MandateDelivery": Allowance(own: ["MandateCore"]),
        "MandateEngine": Allowance(own: ["MandateCore"]),
        "MandateMetrics": Allowance(own: []),
        "MandateVerifier": Allowance(own: ["MandateCore", "MandateJOSE"], others: false),
        "MandateCLI": Allowance(own: [
            "MandateCore", "MandateJOSE", "MandateStore", "MandateServer", "MandateAdmin", "MandateDelivery",
            "MandateEngine", "MandateMetrics", "MandateVerifier",
        ]),
        "mandate": Allowance(own: ["MandateCLI"], others: false),
    ]

    /// The imports of `file` that its module may not have.
    static func violations(in file: SourceFile) -> [String] {
        guard let allowed = allowances[file.module] else { return ["\(file.path): is of no known module"] }
        return file.imports.filter { name in
            name.hasPrefix("Mandate") ? !allowed.own.contains(name) : !allowed.others
        }.map { "\(file.path): imports \($0)" }
    }
}
