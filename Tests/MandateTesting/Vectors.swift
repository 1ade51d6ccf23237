import Foundation

/// Where the public test vectors are: `MANDATE_VECTORS`, or `../shared/vectors` beside the package.
public enum Vectors {
    /// Why a test that needs them is skipped.
    public static let absent = "public test vectors not found: set MANDATE_VECTORS to their folder"

    /// Where they are, if they are there.
    public static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MANDATE_VECTORS"] {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors", isDirectory: true)
    }()

    /// Whether they are there; says so once when they are not.
    public static let arePresent: Bool = {
        let found = FileManager.default.fileExists(atPath: folder.path)
        if !found { print("Notice: \(absent)") }
        return found
    }()

    /// The bytes of one file.
    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// The names in a folder that begin with `prefix`, sorted.
    public static func names(in path: String, prefix: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)
            .filter { name in name.hasPrefix(prefix) }.sorted()
    }
}
