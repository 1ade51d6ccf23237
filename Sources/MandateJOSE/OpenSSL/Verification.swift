import COpenSSL

extension VerificationKey {
    /// Whether `signature` over `message` was made with this key's private half by this algorithm. Any doubt is `false`.
    public func verify(
        signature: [UInt8], over message: [UInt8], using algorithm: VerificationAlgorithm
    ) -> Bool {
        guard fits(algorithm), let checking = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(checking)
            ERR_clear_error()
        }
        switch algorithm {
        case .es256:
            guard let der = SignatureForm.der(from: signature), begin(checking, hash: "SHA256") != nil else {
                return false
            }
            return EVP_DigestVerify(checking, der, der.count, message, message.count) == 1
        case .rs256:
            guard let options = begin(checking, hash: "SHA256"),
                EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1
            else { return false }
        case .ps256:
            guard let options = begin(checking, hash: "SHA256"),
                EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(options, Int32(SHA256.length)) == 1,
                EVP_PKEY_CTX_set_rsa_mgf1_md_name(options, "SHA256", nil) == 1
            else { return false }
        case .eddsa:
            guard signature.count == 64, begin(checking, hash: nil) != nil else { return false }
        }
        return EVP_DigestVerify(checking, signature, signature.count, message, message.count) == 1
    }

    /// Starts a check and returns where its padding is set; the check owns what is returned.
    private func begin(_ checking: OpaquePointer, hash: String?) -> OpaquePointer? {
        var options: OpaquePointer?
        guard EVP_DigestVerifyInit_ex(checking, &options, hash, nil, nil, pointer, nil) == 1 else { return nil }
        return options
    }
}

extension JWK {
    /// Whether `signature` over `message` was made with this key by this algorithm (RFC 7515 §5.2). `false` also when
    /// the algorithm is not the one this key is for.
    public func verify(
        signature: [UInt8], over message: [UInt8], using algorithm: VerificationAlgorithm
    ) -> Bool {
        accepts(algorithm) && key.verify(signature: signature, over: message, using: algorithm)
    }
}
