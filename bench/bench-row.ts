// One line of the measurements: what was measured, ours, and the peer's beside it in the same run.
export interface BenchRow {
  what: string
  ours: number
  peer: number | null
  peerName: string
  unit: string
  /** ours / peer. */
  ratio: number | null
  /** What is to be reached, in words. */
  reach: string
  met: boolean | null
  note?: string
}
