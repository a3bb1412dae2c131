// MessageChannelMain: two ends that queue until `start`, copy what they carry, and one of which may go to a page.
import { EventEmitter } from 'node:events'
import { createCodec } from './codec'

const codec = createCodec()

export class MessagePortMain extends EventEmitter {
  peer: { deliver(text: string): void; closed(): void } | undefined
  #queue: string[] = []
  #started = false
  #closed = false

  postMessage(message: unknown, transfer: unknown[] = []) {
    if (transfer.length > 0) throw new TypeError('Invalid value for transfer')
    const text = codec.encode(message)
    if (!this.#closed) setImmediate(() => this.peer?.deliver(text))
  }

  start() {
    this.#started = true
    for (const text of this.#queue.splice(0)) this.#hand(text)
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    this.peer?.closed()
    this.emit('close')
  }

  deliver(text: string) {
    if (this.#started) this.#hand(text)
    else this.#queue.push(text)
  }

  closed() {
    if (this.#closed) return
    this.#closed = true
    this.emit('close')
  }

  #hand(text: string) {
    this.emit('message', { data: codec.decode(text), ports: [] })
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain()
  readonly port2 = new MessagePortMain()

  constructor() {
    this.port1.peer = this.port2
    this.port2.peer = this.port1
  }
}
