extension Settings {
    /// The files of TLS: certificate and key together or neither, and a client authority only where it guards something.
    static func tls(_ sources: SettingSources, _ directory: String) throws(CommandFailure) -> TLSFiles? {
        let authority = try sources.said(.tlsClientAuthority)
        if let authority, try sources.said(.adminListen) == nil {
            throw authority.failure("is for administration over the network, which is off: give admin.listen too")
        }
        switch (try sources.said(.tlsCertificate), try sources.said(.tlsKey)) {
        case (nil, nil):
            if let authority { throw authority.failure("needs TLS: give tls.certificate and tls.key too") }
            return nil
        case (let certificate?, let key?):
            return TLSFiles(
                certificate: resolved(certificate.text, directory), key: resolved(key.text, directory),
                clientAuthority: authority.map { resolved($0.text, directory) })
        case (let certificate?, nil): throw certificate.failure("has no key with it: give tls.key too")
        case (nil, let key?): throw key.failure("has no certificate with it: give tls.certificate too")
        }
    }

    /// Where administration waits on the network. Tokens and secrets never cross a network in the clear.
    static func adminListen(_ sources: SettingSources, hasTLS: Bool) throws(CommandFailure) -> ListenAddress? {
        guard let said = try sources.said(.adminListen) else { return nil }
        let address = try said.value(mend: ListenAddress.grammar) { text in ListenAddress(text) }
        guard hasTLS || address.isLoopback else {
            throw said.failure(
                "is reached from other hosts and has no TLS: give tls.certificate and tls.key, or listen on 127.0.0.1")
        }
        return address
    }
}
