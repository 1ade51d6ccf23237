/// How much a record matters to who watches, from 0 to 10 as CEF and LEEF count.
struct Severity: Hashable, Sendable {
    let level: Int

    /// The event of a line that stands for a record that cannot be read.
    static let unreadable = "record.unreadable"

    /// Issuing is business as usual, unless a policy says that it matters; refusals are worth a look; what stops somebody, or
    /// was detected, more than that.
    init(event: String?, decision: String?, isAdministration: Bool, isElevated: Bool) {
        let usual =
            switch event {
            case nil, Self.unreadable: 10
            case .some(let event) where event.hasPrefix("detection."): 8
            case .some(let event) where Self.breakGlass.contains(event): 7
            case .some:
                switch decision {
                case Decision.deny.rawValue: 5
                case Decision.requireApproval.rawValue: 4
                default: isAdministration ? 3 : 1
                }
            }
        level = isElevated ? max(usual, 6) : usual
    }

    private static let breakGlass = Set(
        [
            LedgerEvent.agentSuspended, .agentDecommissioned, .typeSuspended, .principalRevoked, .delegationRevoked,
            .taskCancelled, .keyRevoked, .issuerChanged,
        ].map(\.rawValue))

    /// The severity of RFC 5424 §6.2.1: critical, warning, notice or informational.
    var syslog: Int {
        switch level {
        case 9...: 2
        case 6...8: 4
        case 4...5: 5
        default: 6
        }
    }
}
