import Foundation
import Logging
import MandateAdmin
import MandateCore
import Testing

@Suite("The admin listener", .serialized)
struct AdminListenerTests {
    let directory: URL
    var path: String { directory.appendingPathComponent("mandate.sock").path }

    init() throws {
        directory = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("mandate-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    /// Runs `body` while the listener serves, then cancels it and waits for its end.
    private func serving(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
        let desk = try await Desk()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let listener = AdminListener(api: desk.api, at: .socket(path), logger: logger)
        let (ready, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            defer { signal.finish() }
            try await listener.run { _ in signal.yield() }
        }
        for await _ in ready {
            try await body(desk)
            task.cancel()
        }
        try await task.value
    }

    @Test("serves on a socket that only its owner can open, until it is cancelled")
    func serves() async throws {
        let path = path
        try await serving { _ in
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let answer = try #require(
                UnixClient.ask(path, "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("content-type: application/json\r\n"))
            #expect(answer.hasSuffix("}") && answer.contains(#""status":"ok""#))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(UnixClient.ask(path, "") == nil)
    }

    @Test("carries out a change with a body")
    func changes() async throws {
        let path = path
        try await serving { desk in
            let body = #"{"reason":"a test"}"#
            let answer = try #require(
                UnixClient.ask(
                    path,
                    "POST /v1/agents/agent-own/suspend HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(desk.registry.state.records.last?.changedBy == "operator")
            #expect(desk.registry.events.last == .agentSuspended)
        }
    }

    @Test(
        "answers with a problem document whatever is sent",
        arguments: [
            ("POST /v1/agents HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n", 413),
            (
                "POST /v1/agents HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "110000\r\n" + String(repeating: " ", count: 0x110000) + "\r\n0\r\n\r\n", 413
            ),
            ("GET /v1/agents?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
            ("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        ])
    func refuses(request: String, status: Int) async throws {
        let path = path
        try await serving { _ in
            let answer = try #require(UnixClient.ask(path, request))
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(200))")
            #expect(answer.lowercased().contains("content-type: application/problem+json\r\n"))
        }
    }

    @Test("takes the place of a socket that a crash left behind, and of nothing else")
    func staleSocket() async throws {
        let path = path
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        await #expect { try await serving { _ in } } throws: { ($0 as? Problem)?.field == "socket" }
        #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
        try FileManager.default.removeItem(atPath: path)
        #expect(UnixClient.leaveSocket(at: path))
        try await serving { _ in
            #expect(UnixClient.ask(path, "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") != nil)
        }
    }

    @Test("refuses a path that no socket can have")
    func longPath() async throws {
        let desk = try await Desk()
        let listener = AdminListener(
            api: desk.api, at: .socket("/tmp/" + String(repeating: "x", count: 100)), logger: Logger(label: "test"))
        await #expect { try await listener.run { _ in } } throws: { ($0 as? Problem)?.kind == .invalid }
    }
}
