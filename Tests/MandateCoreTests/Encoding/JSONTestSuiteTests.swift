import MandateCore
import MandateTesting
import Testing

@Suite("JSONTestSuite", .enabled(if: Vectors.arePresent, Comment(rawValue: Vectors.absent)))
struct JSONTestSuiteTests {
    private static let folder = "JSONTestSuite/test_parsing"

    /// RFC 8259 §4 lets a name come twice; the strict rules here do not.
    private static let duplicates = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]

    @Test("has no y_ document that is refused, except for repeated names")
    func valid() throws {
        let names = try Vectors.names(in: Self.folder, prefix: "y_")
        #expect(names.count == 95)
        for name in names {
            let bytes = try Vectors.bytes("\(Self.folder)/\(name)")
            if Self.duplicates.contains(name) {
                #expect(throws: JSONError(.duplicateName("a"), at: 9), "\(name)") { try JSONValue(strict: bytes) }
            } else {
                #expect(throws: Never.self, "\(name)") { try JSONValue(strict: bytes) }
            }
        }
    }

    @Test("has no n_ document that is read")
    func invalid() throws {
        let names = try Vectors.names(in: Self.folder, prefix: "n_")
        #expect(names.count > 180)
        for name in names {
            let bytes = try Vectors.bytes("\(Self.folder)/\(name)")
            #expect(throws: JSONError.self, "\(name)") { try JSONValue(strict: bytes, maximumDepth: 512) }
        }
    }

    @Test("has no i_ document that harms")
    func either() throws {
        for name in try Vectors.names(in: Self.folder, prefix: "i_") {
            let bytes = try Vectors.bytes("\(Self.folder)/\(name)")
            if let value = try? JSONValue(strict: bytes, maximumDepth: 512) { #expect(!value.canonical.isEmpty) }
        }
    }
}
