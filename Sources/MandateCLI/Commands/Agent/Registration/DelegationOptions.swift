import ArgumentParser
import MandateCore

/// What an agent that is registered by flags may hand over; its type's rules hold when nothing is said.
struct DelegationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Whom it may hand to: an agent or a type; repeat it.", valueName: "id"))
    var delegateTo: [String] = []
    @Option(help: ArgumentHelp("How many agents its chains may have.", valueName: "number"))
    var maxChainDepth: Int64?
    @Option(help: ArgumentHelp("How much harm may be handed over.", valueName: "class"))
    var maxClass: ScopeClass?
    @Option(help: ArgumentHelp("What waits for a person's approval; repeat it.", valueName: "class"))
    var approvalFor: [ScopeClass] = []

    func validate() throws {
        if !isEmpty, maxChainDepth == nil || maxClass == nil {
            throw ValidationError("delegation needs --max-chain-depth and --max-class together")
        }
    }

    var isEmpty: Bool { delegateTo.isEmpty && maxChainDepth == nil && maxClass == nil && approvalFor.isEmpty }

    /// The member `delegation` of the agent; nil when nothing is said.
    var json: JSONValue? {
        guard let maxChainDepth, let maxClass else { return nil }
        var members: [JSONMember] = [
            JSONMember(name: "to", value: .array(delegateTo.map { .string($0) })),
            JSONMember(name: "max_chain_depth", value: .integer(maxChainDepth)),
            JSONMember(name: "max_class", value: .string(maxClass.rawValue)),
        ]
        if !approvalFor.isEmpty {
            let classes = approvalFor.map { JSONValue.string($0.rawValue) }
            members.append(JSONMember(name: "approval_for", value: .array(classes)))
        }
        return .object(members)
    }
}

extension ScopeClass: ExpressibleByArgument {}
