// Reads a child's error output: keeps its last lines without secrets, hands each line on, and never lets the pipe fill.
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { redact } from './redact'

const keptLines = 20
const longestLine = 1000
const longestPending = 16 * 1024
const loggedLinesPerWindow = 50
const windowMs = 10_000

export interface StderrTailOptions {
  name: string
  secrets?: readonly string[]
  log?: { debug(message: string, fields?: Record<string, unknown>): void }
  onStderrLine?: (line: string) => void
}

export class StderrTail {
  private readonly lines: string[] = []
  private readonly decoder = new StringDecoder('utf8')
  private rest = ''
  private windowStartedMs = 0
  private loggedInWindow = 0

  constructor(
    stream: Readable | null,
    private readonly options: StderrTailOptions,
  ) {
    stream?.on('data', (piece: Buffer) => this.take(this.decoder.write(piece)))
  }

  /** @returns the kept lines, the one that is not ended included */
  close(): string {
    if (this.rest !== '') this.line(this.rest)
    this.rest = ''
    return this.text()
  }

  text(): string {
    return this.lines.join('\n')
  }

  /** Hides the child's secrets in any text. */
  clean(text: string): string {
    return redact(text, this.options.secrets)
  }

  private take(text: string): void {
    // ffmpeg ends its status lines with a carriage return.
    const lines = (this.rest + text).split(/\r\n|\n|\r/)
    this.rest = lines.pop() ?? ''
    // Dropped whole: half a line could show half a secret.
    if (this.rest.length > longestPending) this.rest = ''
    for (const line of lines) if (line.trim() !== '') this.line(line)
  }

  private line(line: string): void {
    this.options.onStderrLine?.(line)
    const clean = this.clean(line).slice(0, longestLine)
    this.lines.push(clean)
    if (this.lines.length > keptLines) this.lines.shift()
    this.logSome(clean)
  }

  private logSome(line: string): void {
    const now = performance.now()
    if (now - this.windowStartedMs > windowMs) {
      this.windowStartedMs = now
      this.loggedInWindow = 0
    }
    this.loggedInWindow += 1
    if (this.loggedInWindow <= loggedLinesPerWindow) this.options.log?.debug(line, { process: this.options.name })
  }
}
