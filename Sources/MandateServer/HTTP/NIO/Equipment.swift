import MandateCore

/// What one event loop works with: made on the loop, used by nobody else.
public struct Equipment {
    let registry: any Registry
    let signer: any TokenSigner
    let verifier: any TokenVerifier
    let random: any RandomSource

    public init(registry: any Registry, signer: any TokenSigner, verifier: any TokenVerifier, random: any RandomSource)
    {
        self.registry = registry
        self.signer = signer
        self.verifier = verifier
        self.random = random
    }
}
