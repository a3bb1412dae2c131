// ipcMain, and the lane between the main process and one page's preload.
import { EventEmitter } from 'node:events'
import { createCodec } from './codec'
import type { MessagePortMain } from './ports'

type Handler = (event: IpcEvent, ...args: unknown[]) => unknown

export interface IpcEvent {
  sender: unknown
  senderFrame: unknown
  processId: number
  frameId: number
  ports: never[]
}

class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler) {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.handlers.set(channel, handler)
  }

  handleOnce(channel: string, handler: Handler) {
    this.handle(channel, (event, ...args) => {
      this.handlers.delete(channel)
      return handler(event, ...args)
    })
  }

  removeHandler(channel: string) {
    this.handlers.delete(channel)
  }
}

export const ipcMain = new IpcMain()

const codec = createCodec()

interface PageMessage {
  type: 'invoke' | 'send' | 'port' | 'portClosed'
  channel: string
  text: string
  number: number
  id: string
}

export class PageLane {
  readonly toPage: (text: string) => void
  readonly event: () => IpcEvent
  #ports = new Map<string, MessagePortMain>()
  #count = 0

  /**
   * @param toPage hands text to the preload's world; nothing happens once the page is gone
   * @param event what a handler learns about the sender at this moment
   */
  constructor(toPage: (text: string) => void, event: () => IpcEvent) {
    this.toPage = toPage
    this.event = event
  }

  async receive(text: string) {
    const message: PageMessage = JSON.parse(text)
    if (message.type === 'port') return this.#ports.get(message.id)?.peer?.deliver(message.text)
    if (message.type === 'portClosed') return this.#forget(message.id)
    const args = codec.decode(message.text) as unknown[]
    if (message.type === 'send') return void ipcMain.emit(message.channel, this.event(), ...args)
    const answer = (ok: boolean, value: unknown) =>
      this.#post({ type: 'invoked', number: message.number, ok, text: codec.encode(value) })
    try {
      const handler = ipcMain.handlers.get(message.channel)
      if (!handler) throw new Error(`No handler registered for '${message.channel}'`)
      answer(true, await handler(this.event(), ...args))
    } catch (error) {
      answer(false, error instanceof Error ? error : new Error(String(error)))
    }
    return undefined
  }

  send(channel: string, args: unknown[], ports: readonly MessagePortMain[] = []) {
    const portIds = ports.map((port) => {
      this.#count += 1
      const id = `port${this.#count}`
      this.#ports.set(id, port)
      // What arrives at this end goes on to the page; the other end stays with whoever made the channel.
      port.on('message', ({ data }) => this.#post({ type: 'port', id, text: codec.encode(data) }))
      port.on('close', () => this.#post({ type: 'portClosed', id }))
      port.start()
      return id
    })
    this.#post({ type: 'message', channel, text: codec.encode(args), portIds })
  }

  /** The page went elsewhere or is gone. */
  drop() {
    for (const id of [...this.#ports.keys()]) this.#forget(id)
  }

  #forget(id: string) {
    const port = this.#ports.get(id)
    this.#ports.delete(id)
    port?.close()
  }

  #post(message: Record<string, unknown>) {
    this.toPage(JSON.stringify(message))
  }
}
