import ArgumentParser
import MandateCore

/// `mandate policy versions`.
struct PolicyVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: "List the versions of the policies, newest first.",
        discussion: """
            The digest of a version is in every delegation that was made while it was in force.

            Example:
              mandate policy versions
            """)

    @OptionGroup var administration: AdministrationOptions

    func run() async throws {
        let versions = try await administration.connect().items("policies", "versions")
        try administration.show(["items": .array(versions), "next": .null]) { terminal in
            var table = Table("VERSION", "POLICIES", "CHANGED", "BY", "DIGEST")
            for version in versions {
                table.add(
                    version["version"].map(Details.text), version["policies"].map(Details.text),
                    version["changed_at"]?.string, version["changed_by"]?.string, version["digest"]?.string)
            }
            return table.lines(for: terminal)
        }
    }
}
