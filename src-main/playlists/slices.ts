// Long work on the main thread in slices: between them everything else has its turn.

const sliceMs = 4

export interface Slices {
  /** Whether this slice has been long enough. */
  readonly due: boolean
  /** Lets everything else have its turn, and begins the next slice. */
  rest(): Promise<void>
}

export function createSlices(): Slices {
  let began = performance.now()
  return {
    get due() {
      return performance.now() - began > sliceMs
    },
    rest: () =>
      new Promise((resolve) =>
        setImmediate(() => {
          began = performance.now()
          resolve()
        }),
      ),
  }
}
