// What a look at a file's structure tells before any tag is read. Used by the readers of each container only.

/** A reason in words why a file cannot be taken in. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
}

export interface Inspection {
  /** Null where the structure does not tell. */
  durationSeconds: number | null
  /** False for durations worked out from a bit rate or read from a header that may be wrong. */
  durationIsExact: boolean
  /** The file may be damaged: only a decode can tell, and it is done before the file counts. */
  doubtful: boolean
  bitrateKbps?: number
  /** Text found where music-metadata does not read it, or reads it wrongly. */
  texts?: { title?: string; artist?: string; comment?: string }
}

const toleratedMissingShare = 0.02

/**
 * @param present bytes, samples or seconds that are there
 * @param promised what the header says
 * @throws UnusableFile when more than 2 % are missing
 */
export function refuseIfCutOff(present: number, promised: number): void {
  if (promised <= 0 || present >= promised * (1 - toleratedMissingShare)) return
  const percent = Math.max(0, Math.floor((present / promised) * 100))
  throw new UnusableFile(`The file is cut off: ${percent} % of it is there.`)
}

export const ascii = (bytes: Uint8Array, offset: number, length: number): string => {
  let text = ''
  for (let index = offset; index < offset + length && index < bytes.length; index++) {
    text += String.fromCharCode(bytes[index] as number)
  }
  return text
}

export const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
