import Foundation
import MandateCore
import MandateJOSE
import MandateTesting
import Synchronization
import Testing

@Suite("The key file of an issuer")
final class IssuerKeysTests {
    private let directory = NSTemporaryDirectory() + "mandate-issuer-\(UUID().uuidString)"
    private let scene = Scene()
    private let key: PrivateKey
    private let next: PrivateKey
    private var path: String { directory + "/keys.json" }

    /// The time, and what operators were told.
    private final class Scene: Sendable {
        let now = Mutex(Instant.eightOClock)
        let lines = Mutex<[String]>([])
    }

    init() throws {
        key = try .generate(.es256)
        next = try .generate(.es256)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try write(key)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    @Test("is read again when it changed, but not before a second has passed")
    func rotates() throws {
        let verifier = try verifier()
        #expect(outcome(of: key, verifier) == nil)
        try write(next)
        #expect(outcome(of: key, verifier) == nil)
        #expect(outcome(of: next, verifier) == .unusable)
        pass(1000)
        #expect(outcome(of: next, verifier) == nil)
        #expect(outcome(of: key, verifier) == .unusable)
        #expect(scene.lines.withLock { $0 } == [])
    }

    @Test("is read again when the clock was set back")
    func clockSetBack() throws {
        let verifier = try verifier()
        #expect(outcome(of: key, verifier) == nil)
        try write(next)
        pass(-5000)
        #expect(outcome(of: next, verifier) == nil)
    }

    @Test("stops all tokens while it is bad, says so once, and is good again once it is mended")
    func goesBad() throws {
        let verifier = try verifier()
        #expect(outcome(of: key, verifier) == nil)
        let faults: [(fault: () throws -> Void, sentence: String)] = [
            ({ [path] in try FileManager.default.removeItem(atPath: path) }, "cannot be opened"),
            ({ [path] in mkfifo(path, 0o600) }, "is not a regular file"),
            ({ [self] in try write(text: "{\"keys\":[") }, "not strict JSON"),
            ({ [self] in try write(text: "{\"keys\":[]}") }, "no key for"),
            ({ [self] in try write(text: "{\"keys\":[{\"kty\":\"EC\",\"d\":\"AA\"}]}") }, "private key"),
            ({ [self] in try write(text: String(repeating: " ", count: 256 * 1024 + 1)) }, "longer than 256 KiB"),
        ]
        for (fault, sentence) in faults {
            scene.lines.withLock { $0 = [] }
            try fault()
            for _ in 1...2 {
                pass(1000)
                #expect(outcome(of: key, verifier) == .unavailable(.registry))
                #expect(outcome(of: key, verifier) == .unavailable(.registry))
            }
            let lines = scene.lines.withLock { $0 }
            #expect(lines.count == 1)
            #expect(lines.first?.hasPrefix("tokens of issuer https://login.example are refused: \(path)") == true)
            #expect(lines.first?.contains(sentence) == true, "\(lines)")
        }
        try write(key)
        pass(1000)
        #expect(outcome(of: key, verifier) == nil)
    }

    @Test("may be a symlink, and is read again when that leads elsewhere")
    func symlinks() throws {
        let (first, second, link) = (path, directory + "/second.json", directory + "/link.json")
        try Data(set(next)).write(to: URL(fileURLWithPath: second))
        symlink(first, link)
        let verifier = try verifier()
        #expect(outcome(of: key, verifier, at: link) == nil)
        unlink(link)
        symlink(second, link)
        pass(1000)
        #expect(outcome(of: next, verifier, at: link) == nil)
    }

    @Test("and keys in the record are refused at once when they could prove nothing")
    func check() throws {
        let keys = IssuerKeys(now: { .eightOClock }, report: { _ in })
        try keys.check(.file(path))
        try keys.check(.inline(try JSONValue(strict: set(key))))
        let rsa: JSONValue = ["kty": "RSA", "n": .string(Example.rsaModulus1024), "e": "AQAB"]
        let useless: [JSONValue] = [
            [], rsa, ["kty": "oct", "k": "AAAA"], Example.p256.with("use", "enc"), Example.p256.with("x", "AA"),
            Example.rsa.with("d", "AA"),
        ]
        for key in useless {
            let listed: JSONValue = key == [] ? [] : [key]
            let error = #expect(throws: Problem.self) { try keys.check(.inline(["keys": listed])) }
            #expect(error?.kind == .invalid && error?.detail.hasPrefix("cannot be used: ") == true)
        }
        try write(text: "x")
        let error = #expect(throws: Problem.self) { try keys.check(.file(path)) }
        #expect(error?.detail.contains("\(path): a key set is not strict JSON") == true)
    }

    private func verifier() throws -> ForeignTokenVerifier {
        let keys = IssuerKeys(
            now: { [scene] in scene.now.withLock { $0 } },
            report: { [scene] line in scene.lines.withLock { $0.append(line) } })
        return ForeignTokenVerifier(own: try #require(Issuer("https://tokens.example")), keys: keys)
    }

    private func outcome(of key: PrivateKey, _ verifier: ForeignTokenVerifier, at path: String? = nil) -> TokenFault? {
        var view = FakeView()
        view.issuers = [Foreign.issuer("https://login.example", .file(path ?? self.path))]
        do {
            _ = try verifier.foreign(try Foreign.token(key), in: view)
            return nil
        } catch {
            return error as? TokenFault
        }
    }

    private func pass(_ milliseconds: Int64) {
        scene.now.withLock { $0 = Instant(milliseconds: $0.milliseconds + milliseconds) }
    }

    private func set(_ key: PrivateKey) -> [UInt8] {
        let set: JSONValue = ["keys": [key.publicKey.json]]
        return set.canonical
    }

    private func write(_ key: PrivateKey) throws { try write(text: String(decoding: set(key), as: UTF8.self)) }

    /// In the place of what was there.
    private func write(text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
