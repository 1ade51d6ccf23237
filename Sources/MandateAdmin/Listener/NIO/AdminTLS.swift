import MandateCore
import NIOSSL

/// PEM files for TLS on the way into administration.
public struct AdminTLS: Hashable, Sendable {
    let certificate: String
    let key: String
    /// Whose certificates clients must show, besides their token; nil when they need none.
    let clientAuthority: String?

    public init(certificate: String, key: String, clientAuthority: String?) {
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
    }

    func context() throws(Problem) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
            configuration.minimumTLSVersion = .tlsv12
            if let clientAuthority {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(clientAuthority))
                configuration.certificateVerification = .noHostnameVerification
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            let files = [certificate, key, clientAuthority].compactMap { $0 }.joined(separator: ", ")
            throw Problem(
                .invalid, field: "tls",
                "TLS for administration cannot be set up with \(files) (\(error)): give PEM files, and the key that "
                    + "belongs to the certificate")
        }
    }
}
