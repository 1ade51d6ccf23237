import Foundation
import MandateCore
import MandateJOSE
import Testing

@Suite("The keys directory")
final class KeyDirectoryTests {
    private let path = NSTemporaryDirectory() + "mandate-\(UUID().uuidString)/keys"
    private let key: PrivateKey
    private var file: String { "\(path)/\(key.publicKey.thumbprint).pem" }
    private var directory: KeyDirectory { KeyDirectory(path: path + "/") }

    init() throws {
        key = try .generate(.es256)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try KeyDirectory(path: path).prepare()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
    }

    @Test("is made with mode 0700 and gives keys back as they were", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let kid = key.publicKey.thumbprint
        try directory.prepare()
        try directory.write(key)
        #expect(try mode(path) == 0o700)
        #expect(try mode("\(path)/\(kid).pem") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["\(kid).pem"])
        #expect(try directory.read(kid: kid, algorithm: algorithm).publicKey == key.publicKey)
        try directory.remove(kid: kid)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
        expect("\(path)/\(kid).pem cannot be removed: No such file or directory") { try directory.remove(kid: kid) }
    }

    @Test("never overwrites a key, and leaves nothing else behind")
    func overwrites() throws {
        try directory.write(key)
        expect("\(file) is there already: remove it first if it is not needed") { try directory.write(key) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 1)
    }

    @Test(
        "refuses a file that is open to others",
        arguments: [
            (0o644, "is readable by others"),
            (0o640, "is readable by others"), (0o604, "is readable by others"), (0o602, "has a mode that is too open"),
            (0o700, "has a mode that is too open"),
        ])
    func fileMode(mode: mode_t, fault: String) throws {
        try directory.write(key)
        chmod(file, mode)
        expectRead("\(file) \(fault) (mode 0\(String(mode, radix: 8))): run chmod 600 on it")
    }

    @Test("accepts a file that is read-only")
    func strict() throws {
        try directory.write(key)
        chmod(file, 0o400)
        #expect(try directory.read(kid: key.publicKey.thumbprint, algorithm: .es256).publicKey == key.publicKey)
    }

    @Test("that is open to others is refused for everything")
    func directoryMode() throws {
        try directory.write(key)
        chmod(path, 0o755)
        let sentence = "\(path) is readable by others (mode 0755): run chmod 700 on it"
        expectRead(sentence)
        expect(sentence) { try directory.prepare() }
        expect(sentence) { try directory.write(key) }
        expect(sentence) { try directory.remove(kid: key.publicKey.thumbprint) }
    }

    @Test("refuses symlinks, of a file and of itself")
    func symlinks() throws {
        try directory.write(key)
        rename(file, "\(path)/elsewhere.pem")
        symlink("\(path)/elsewhere.pem", file)
        expectRead("\(file) is a symlink: put the real one in its place")
        symlink(path, "\(path)-link")
        expect("\(path)-link is a symlink: put the real one in its place") {
            try KeyDirectory(path: "\(path)-link/").prepare()
        }
    }

    @Test("refuses what is no regular file, without waiting for it")
    func otherKinds() throws {
        mkfifo(file, 0o600)
        expectRead("\(file) is not a regular file: put the real one in its place")
        unlink(file)
        mkdir(file, 0o600)
        expectRead("\(file) is not a regular file: put the real one in its place")
        rmdir(file)
        expectRead("\(file) is missing: restore it from its backup, or make a new key")
        try "x".write(toFile: "\(path)/plain", atomically: false, encoding: .utf8)
        expect("\(path)/plain is not a directory: name the directory with the keys") {
            try KeyDirectory(path: "\(path)/plain").prepare()
        }
    }

    @Test("refuses a file of another account", .enabled(if: geteuid() == 0, "only root can give a file away"))
    func owner() throws {
        try directory.write(key)
        chown(file, 4711, 4711)
        expectRead("\(file) belongs to another account (uid 4711): run chown 0 on it")
    }

    @Test("refuses a key of another type, a truncated one and one under another name")
    func content() throws {
        try directory.write(key)
        expect("\(file) is no RSA key, which RS256 needs: restore it from its backup, or make a new key") {
            try directory.read(kid: key.publicKey.thumbprint, algorithm: .rs256)
        }
        truncate(file, 100)
        expectRead("\(file) is not a whole PEM file: restore it from its backup, or make a new key")
        truncate(file, 0)
        expectRead(
            """
            \(file) is not a PEM file that begins with BEGIN PRIVATE KEY (PKCS#8, not encrypted): restore it from its \
            backup, or make a new key
            """)
        truncate(file, 1 << 20)
        expectRead("\(file) is longer than any key: restore it from its backup, or make a new key")
        let other = try PrivateKey.generate(.es256)
        try directory.write(other)
        rename("\(path)/\(other.publicKey.thumbprint).pem", file)
        expectRead("\(file) holds another key than its name says: give it back its own name")
    }

    @Test("refuses a kid that is no thumbprint", arguments: ["", "a", "../../etc/passwd", "a/b"])
    func kid(text: String) {
        expect("a kid is not an RFC 7638 thumbprint of 43 characters: look it up in the key set") {
            try directory.read(kid: text, algorithm: .es256)
        }
    }

    private func expectRead(_ sentence: String) {
        expect(sentence) { try directory.read(kid: key.publicKey.thumbprint, algorithm: .es256) }
    }

    private func expect(_ sentence: String, _ deed: () throws -> some Any) {
        #expect(throws: JOSEError.keyFile(sentence)) { try deed() }
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }
}
