import Foundation

/// The environment variables the program was started with.
enum Environment {
    static let current = ProcessInfo.processInfo.environment
}
