import MandateCore

/// What one event loop works with: made on the loop, used by nobody else.
public struct Equipment {
    let registry: any Registry
    let signer: any TokenSigner
    let verifier: any TokenVerifier
    let random: any RandomSource
    /// The same for every loop.
    let quotas: any QuotaTable
    let paces: any ApprovalPaces
    let engine: ConsultedEngine?

    public init(
        registry: any Registry, signer: any TokenSigner, verifier: any TokenVerifier, random: any RandomSource,
        quotas: any QuotaTable, paces: any ApprovalPaces, engine: ConsultedEngine? = nil
    ) {
        self.registry = registry
        self.signer = signer
        self.verifier = verifier
        self.random = random
        self.quotas = quotas
        self.paces = paces
        self.engine = engine
    }
}
