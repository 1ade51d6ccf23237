/// What a policy does to a request that it fires for. Of several the strictest holds, whatever their layers: denying before
/// holding back, before giving under conditions, before giving.
public enum PolicyEffect: String, Hashable, Sendable, CaseIterable, Comparable {
    case allow
    case allowWithConditions = "allow_with_conditions"
    case requireApproval = "require_approval"
    case deny

    private var strictness: Int {
        switch self {
        case .allow: 0
        case .allowWithConditions: 1
        case .requireApproval: 2
        case .deny: 3
        }
    }

    public static func < (left: PolicyEffect, right: PolicyEffect) -> Bool { left.strictness < right.strictness }
}
