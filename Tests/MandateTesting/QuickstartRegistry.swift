import MandateCore

/// The registry that most tests start from.
public enum Quickstart {
    public static let document = #"""
        {
          "audiences": [
            {"id": "cloud-inventory-api", "resource": "https://cloud-inventory.internal", "scopes": [
              {"name": "ec2:Describe*", "class": "read"}, {"name": "s3:ListBuckets", "class": "read"},
              {"name": "ec2:TerminateInstances", "class": "delete"}]}
          ],
          "agent_types": [
            {"id": "inventory-reader", "capabilities": {"cloud-inventory-api": ["ec2:Describe*", "s3:ListBuckets"]},
             "delegation": {"to": [], "max_chain_depth": 3, "max_class": "read"}}
          ],
          "agents": [
            {"id": "agent-inherits", "type": "inventory-reader", "owner": "alice@company.com"},
            {"id": "agent-own", "type": "inventory-reader", "owner": "alice@company.com",
             "capabilities": {"cloud-inventory-api": ["ec2:Describe*"]}}
          ]
        }
        """#

    /// A registry that says so.
    public static func registry(keys: FakeKeyStore = FakeKeyStore()) async throws -> FakeRegistry {
        let registry = FakeRegistry()
        _ = try await RegistryChanges(administration: registry, keys: keys)
            .apply(RegistryDocument(JSONValue(text: document)), prune: false, by: "the fixture")
        return registry
    }
}
