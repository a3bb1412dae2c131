// The WebAssembly half of @evan/opus, which comes without types of its own.
declare module '@evan/opus/wasm/index.mjs' {
  interface Setup {
    channels: 1 | 2
    sample_rate: 48000
  }
  export class Decoder {
    constructor(setup: Setup)
    /** @param packet empty conceals 120 ms that were lost. @returns little-endian 16-bit samples. @throws for what is no Opus */
    decode(packet: Uint8Array): Uint8Array<ArrayBuffer>
    drop(): void
  }
  export class Encoder {
    constructor(setup: Setup & { application: 'audio' | 'voip' })
    /** @param samples 16-bit, interleaved: 20 ms */
    encode(samples: Int16Array): Uint8Array<ArrayBuffer>
    ctl(command: number, value: number): number
    drop(): void
  }
}
