import Foundation
import MandateCore
import Testing

@testable import MandateStore

@Suite("A backup to a disk without room", .enabled(if: SmallDisk.isPossible, "mounting takes root"))
struct BackupDiskTests {
    let place: Place
    let disk: SmallDisk

    init() throws {
        place = try Place()
        disk = try SmallDisk()
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: disk.path) }

    @Test("is refused before it begins, and says what is missing")
    func refused() async throws {
        let store = try place.open()
        _ = await store.outcomes(of: (0..<6000).map { .refusal("\($0)", at: place.clock.now) })
        let error = await #expect(throws: Problem.self) { try await store.backUp(to: disk.path + "/copy.db") }
        #expect(error?.kind == .conflict && error?.detail.contains("make room") == true)
        #expect(try names() == [])
        #expect(await store.outcomes(of: [.refusal("on", at: place.clock.now)]) == [.durable])
    }

    @Test("leaves nothing when it fills up on the way")
    func fills() throws {
        let store = try place.open()
        withExtendedLifetime(store) {}
        let draft = try DraftFile(for: disk.path + "/copy.db")
        try disk.fill()
        let error = #expect(throws: Problem.self) { try draft.write([UInt8](repeating: 1, count: 1 << 16)) }
        #expect(error?.kind == .unavailable)
        #expect(throws: StoreError.self) {
            let source = try Connection(path: place.database, access: .reading)
            try source.execute("BEGIN")
            let copy = try PageCopy(from: source, into: try Connection(path: draft.path, access: .copying))
            while try copy.step(16) {}
        }
    }
}
