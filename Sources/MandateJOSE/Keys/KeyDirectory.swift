import Glibc
import MandateCore

/// The directory with the private keys, one file `<kid>.pem` each (PKCS#8 in PEM).
///
/// The directory must be 0700 and each file 0600, ours or root's, and nothing a symlink. All checks look at what is
/// already open, so nobody can put something else in its place between check and use.
public struct KeyDirectory: Sendable {
    private let path: String

    public init(path: String) {
        var path = Substring(path)
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = String(path)
    }

    /// Makes the directory when there is none, and checks it.
    public func prepare() throws(JOSEError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .keyFile("\(path) cannot be made: \(reason())") }
        _ = try open()
    }

    /// Stores a new key under its thumbprint; never overwrites. After a crash the file is whole or not there.
    public func write(_ key: PrivateKey) throws(JOSEError) {
        try write(key, as: try fileName(for: key.publicKey.thumbprint))
    }

    func write(_ key: PrivateKey, as name: String) throws(JOSEError) {
        let directory = try open()
        let draft = ".\(name).\(Hex.encode(try RandomBytes.fresh(8)))"
        let file = try directory.create(draft, calling: shown(name))
        do throws(JOSEError) {
            try file.write(try key.pem())
            try file.synchronize()
            try directory.link(draft, to: name, calling: shown(name))
        } catch {
            _ = unlinkat(directory.number, draft, 0)
            throw error
        }
        _ = unlinkat(directory.number, draft, 0)
        try directory.synchronize()
    }

    /// The key with this `kid`; refused, with the mend, unless place, file and content are as they must be.
    public func read(kid: String, algorithm: SignatureAlgorithm) throws(JOSEError) -> PrivateKey {
        let name = try fileName(for: kid)
        let key = try read(name, algorithm: algorithm)
        guard key.publicKey.thumbprint.utf8.elementsEqual(kid.utf8) else {
            throw .keyFile("\(shown(name)) holds another key than its name says: give it back its own name")
        }
        return key
    }

    func read(_ name: String, algorithm: SignatureAlgorithm) throws(JOSEError) -> PrivateKey {
        var pem = try open().open(name, calling: shown(name)).checkedBytes()
        defer { wipe(&pem, pem.indices) }
        do throws(JOSEError) {
            return try PrivateKey(pem: pem, algorithm: algorithm)
        } catch {
            throw .keyFile("\(shown(name)) \(Self.fault(error)): restore it from its backup, or make a new key")
        }
    }

    /// Whether there is a file for this key; it is not looked into.
    public func holds(kid: String) -> Bool {
        holds("\(kid).pem")
    }

    func holds(_ name: String) -> Bool {
        access(shown(name), F_OK) == 0
    }

    /// Gives a key another name; never overwrites.
    func rename(_ name: String, to other: String) throws(JOSEError) {
        let directory = try open()
        try directory.link(name, to: other, calling: shown(other))
        guard unlinkat(directory.number, name, 0) == 0 else {
            throw .keyFile("\(shown(name)) cannot be removed: \(reason())")
        }
        try directory.synchronize()
    }

    /// Makes a directory that holds no key yet private, as a checkout of a source tree does not.
    public func adopt() throws(JOSEError) {
        guard let entries = opendir(path) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".pem") { return }
        }
        guard fchmod(dirfd(entries), 0o700) == 0 else {
            throw .keyFile("\(path) cannot be made private: \(reason())")
        }
    }

    /// Removes the file of a key that is no longer needed.
    public func remove(kid: String) throws(JOSEError) {
        let name = try fileName(for: kid)
        let directory = try open()
        guard unlinkat(directory.number, name, 0) == 0 else {
            throw .keyFile("\(shown(name)) cannot be removed: \(reason())")
        }
        try directory.synchronize()
    }

    func open() throws(JOSEError) -> KeyPlace {
        let place = try KeyPlace(opening: path, in: AT_FDCWD, flags: O_RDONLY | O_DIRECTORY, shown: path)
        try place.check(kind: S_IFDIR, mode: 0o700)
        return place
    }

    /// A `kid` is a thumbprint, so it cannot name another directory.
    private func fileName(for kid: String) throws(JOSEError) -> String {
        guard kid.utf8.count == 43, Base64URL.decode(kid.utf8) != nil else {
            throw .keyFile("a kid is not an RFC 7638 thumbprint of 43 characters: look it up in the key set")
        }
        return "\(kid).pem"
    }

    func shown(_ name: String) -> String {
        "\(path)/\(name)"
    }

    private func reason() -> String {
        String(cString: strerror(errno))
    }

    /// What to say of a file's content; no case of the error holds any of it.
    private static func fault(_ error: JOSEError) -> String {
        switch error {
        case .malformed(let fault), .unsupportedKey(let fault), .keyFile(let fault): fault
        case .unsupportedAlgorithm, .badSignature, .wrongType, .unknownKey, .cryptoFailure: "cannot be read by OpenSSL"
        }
    }
}
