import MandateCore

/// What one event loop works with: made on the loop, used by nobody else.
public struct Equipment {
    let registry: any Registry
    let signer: any TokenSigner
    let random: any RandomSource

    public init(registry: any Registry, signer: any TokenSigner, random: any RandomSource) {
        self.registry = registry
        self.signer = signer
        self.random = random
    }
}
