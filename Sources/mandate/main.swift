import MandateCLI

await MandateProgram.main()
