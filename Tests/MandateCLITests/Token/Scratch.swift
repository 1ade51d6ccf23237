import Foundation

/// Files of one test run.
enum Scratch {
    private static let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "mandate-\(UUID().uuidString)")

    /// The path of a file that holds this text.
    static func file(holding text: String, called name: String) throws -> String {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let place = directory.appendingPathComponent(name)
        try Data(text.utf8).write(to: place)
        return place.path
    }
}
