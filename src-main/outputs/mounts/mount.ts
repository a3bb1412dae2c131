// One mount: the newest seconds of an encoded stream and everybody who listens to it. All of them are written the same
// shared buffers; nobody is waited for.
import type { Socket } from 'node:net'
import type { TitleLine } from '../now-playing/title-line'
import { icyBlock, icyUnchanged } from './icy'

/** Whole frames of the stream. */
export interface MountChunk {
  bytes: Buffer
  /** Frame of the program at which it begins. */
  programFrame: number
  seconds: number
}

export interface MountOptions {
  titles: TitleLine
  burstSeconds: () => number
  /** Bytes of sound between two places where metadata may stand. */
  icyInterval: number
  /** What a player must get before any frame: the header pages of an Ogg stream. */
  preamble?: () => Buffer | null
}

interface Listener {
  socket: Socket
  /** Bytes until the next metadata; null for players that did not ask. */
  icy: { bytesLeft: number; sentTitle: string | null } | null
}

/** With few listeners every write is small and soon; with many, one for a quarter of a second costs a fourth. */
const batches = [
  { listeners: 20, seconds: 0 },
  { listeners: 100, seconds: 0.06 },
  { listeners: Number.POSITIVE_INFINITY, seconds: 0.24 },
]
/** A listener who is this much behind, beyond the burst, is dropped. */
const mostBehindSeconds = 12
const leastBehindBytes = 64 * 1024
const historySeconds = 11
const endPatienceMs = 10_000

export class Mount {
  private readonly listeners = new Map<Socket, Listener>()
  private history: MountChunk[] = []
  private historyLength = 0
  private historyBytes = 0
  private pending: MountChunk[] = []
  private pendingSeconds = 0
  private burst: MountChunk[] | null = null
  private bytesPerSecond = 16_000
  /** Listeners dropped because they were too slow. */
  dropped = 0

  constructor(private readonly options: MountOptions) {}

  get icyInterval(): number {
    return this.options.icyInterval
  }

  get count(): number {
    return this.listeners.size
  }

  sockets(): IterableIterator<Socket> {
    return this.listeners.keys()
  }

  /** Seconds of sound a listener gets at once on connecting. */
  get burstLength(): number {
    return this.currentBurst().reduce((sum, chunk) => sum + chunk.seconds, 0)
  }

  /** The end of what listeners have been sent, as a frame of the program; null before the first. */
  get sentUpTo(): number | null {
    const last = this.history.at(-1)
    return last ? last.programFrame + last.seconds * 48_000 : null
  }

  /** Frames from the encoder. They go out as soon as they are enough for the number of listeners. */
  push(chunk: MountChunk): void {
    this.pending.push(chunk)
    this.pendingSeconds += chunk.seconds
    this.flush()
  }

  /** Writes what has gathered, if it is enough for the number of listeners. @param all even if it is little */
  flush(all = false): void {
    const enough = batches.find(({ listeners }) => this.listeners.size < listeners)?.seconds ?? 0
    if (this.pending.length === 0 || (!all && this.pendingSeconds < enough)) return
    const chunk = joined(this.pending, this.pendingSeconds)
    this.pending = []
    this.pendingSeconds = 0
    this.remember(chunk)
    const mostBehind = Math.max(
      leastBehindBytes,
      this.bytesPerSecond * (mostBehindSeconds + this.options.burstSeconds()),
    )
    for (const listener of this.listeners.values()) {
      if (listener.socket.writableLength > mostBehind) this.drop(listener)
      else if (listener.icy) this.writeWithTitles(listener, listener.icy, chunk)
      else listener.socket.write(chunk.bytes)
    }
  }

  /** Takes over a socket whose response head has been written. @param icy with metadata every `icyInterval` bytes */
  join(socket: Socket, icy: boolean): void {
    const listener: Listener = { socket, icy: icy ? { bytesLeft: this.icyInterval, sentTitle: null } : null }
    this.listeners.set(socket, listener)
    socket.once('close', () => this.listeners.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.cork()
    const preamble = this.options.preamble?.()
    const start: MountChunk[] = preamble ? [{ bytes: preamble, programFrame: 0, seconds: 0 }] : []
    for (const chunk of [...start, ...this.currentBurst()]) {
      if (listener.icy) this.writeWithTitles(listener, listener.icy, chunk)
      else socket.write(chunk.bytes)
    }
    socket.uncork()
  }

  /** Sends what is left and ends every connection. */
  end(): void {
    this.flush(true)
    for (const { socket } of this.listeners.values()) {
      socket.end()
      // One that reads no more would keep its socket and what waits in it for ever.
      socket.setTimeout(endPatienceMs, () => socket.destroy())
    }
    this.forget()
  }

  /** Drops the remembered seconds: what follows is not their continuation. */
  forget(): void {
    this.history = []
    this.historyLength = 0
    this.historyBytes = 0
    this.burst = null
    this.pending = []
    this.pendingSeconds = 0
  }

  private remember(chunk: MountChunk): void {
    this.history.push(chunk)
    this.historyLength += chunk.seconds
    this.historyBytes += chunk.bytes.length
    for (
      let oldest = this.history[0];
      oldest && this.historyLength - oldest.seconds > historySeconds;
      oldest = this.history[0]
    ) {
      this.history.shift()
      this.historyLength -= oldest.seconds
      this.historyBytes -= oldest.bytes.length
    }
    this.burst = null
    if (this.historyLength > 1) this.bytesPerSecond = this.historyBytes / this.historyLength
  }

  /** The newest whole chunks that make up the burst; put together once for all who join before the next flush. */
  private currentBurst(): MountChunk[] {
    if (this.burst) return this.burst
    const wanted = this.options.burstSeconds()
    const chunks: MountChunk[] = []
    let seconds = 0
    for (let index = this.history.length - 1; index >= 0 && seconds < wanted; index--) {
      const chunk = this.history[index] as MountChunk
      chunks.unshift(chunk)
      seconds += chunk.seconds
    }
    this.burst = bySecond(chunks)
    return this.burst
  }

  private writeWithTitles(listener: Listener, icy: { bytesLeft: number; sentTitle: string | null }, chunk: MountChunk) {
    const { bytes } = chunk
    const { socket } = listener
    let offset = 0
    if (icy.bytesLeft > bytes.length) {
      icy.bytesLeft -= bytes.length
      socket.write(bytes)
      return
    }
    socket.cork()
    while (bytes.length - offset >= icy.bytesLeft) {
      const cut = offset + icy.bytesLeft
      socket.write(bytes.subarray(offset, cut))
      const title = this.options.titles.at(chunk.programFrame + (cut / bytes.length) * chunk.seconds * 48_000)
      socket.write(title === icy.sentTitle ? icyUnchanged : icyBlock(title))
      icy.sentTitle = title
      icy.bytesLeft = this.icyInterval
      offset = cut
    }
    if (offset < bytes.length) socket.write(bytes.subarray(offset))
    icy.bytesLeft -= bytes.length - offset
    socket.uncork()
  }

  private drop(listener: Listener): void {
    this.dropped += 1
    this.listeners.delete(listener.socket)
    listener.socket.destroy()
  }
}

function joined(chunks: readonly MountChunk[], seconds: number): MountChunk {
  const first = chunks[0] as MountChunk
  if (chunks.length === 1) return first
  return { bytes: Buffer.concat(chunks.map((chunk) => chunk.bytes)), programFrame: first.programFrame, seconds }
}

/** The chunks put together to about a second each: few writes, and still the right title at every byte. */
function bySecond(chunks: readonly MountChunk[]): MountChunk[] {
  const result: MountChunk[] = []
  let group: MountChunk[] = []
  let seconds = 0
  for (const chunk of chunks) {
    group.push(chunk)
    seconds += chunk.seconds
    if (seconds < 1) continue
    result.push(joined(group, seconds))
    group = []
    seconds = 0
  }
  if (group.length > 0) result.push(joined(group, seconds))
  return result
}
