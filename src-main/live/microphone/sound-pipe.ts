// One connection that carries sound and short messages: a WebSocket of the studio's port, or the desktop's message port.

export interface SoundPipe {
  send(message: string | Uint8Array<ArrayBuffer>): void
  /** Bytes that wait for a slow reader. */
  readonly backlogBytes: number
  onMessage(listener: (message: string | Uint8Array) => void): void
  /** Called once, whoever ended it. */
  onClose(listener: () => void): void
  close(): void
}
