// What runs in the page: the preload in a world of its own, and in the page's world what the preload exposes. Both are
// sent as text, so they use nothing from outside themselves. The two worlds talk by events whose names only they know.
import type { Codec } from './codec'

type Listener = (...args: unknown[]) => void

export interface PreloadWorld {
  token: string
  /** Name of the binding that sends text to the main process. */
  binding: string
  /** Name of the function that the main process calls with text. */
  deliver: string
  platform: string
  versions: Record<string, string>
}

export type Shape =
  | { kind: 'function'; id: number }
  | { kind: 'value'; text: string }
  | { kind: 'object'; entries: [string, Shape][] }

/** In the page's own world: builds what the preload exposed. */
export function installExposed(codec: Codec, token: string) {
  if (window !== window.top) return
  let calls = 0
  const settling = new Map<number, { resolve: Listener; reject: Listener }>()
  const errorOf = (text: string) => new Error((codec.decode(text) as Error).message)
  const call = (id: number, args: unknown[]) => {
    calls += 1
    const number = calls
    let answer: { ok: boolean; text?: string; promise?: boolean } | undefined
    const take = (event: Event) => {
      answer = JSON.parse((event as CustomEvent<string>).detail)
    }
    window.addEventListener(`${token}:answer:${number}`, take, { once: true })
    const detail = JSON.stringify({ id, number, args: codec.encode(args) })
    window.dispatchEvent(new CustomEvent(`${token}:call`, { detail }))
    if (answer?.promise) return new Promise((resolve, reject) => settling.set(number, { resolve, reject }))
    if (!answer?.ok) throw errorOf(answer?.text ?? codec.encode(new Error('The preload is gone.')))
    return codec.decode(answer.text ?? '')
  }
  const build = (shape: Shape): unknown => {
    if (shape.kind === 'function') return (...args: unknown[]) => call(shape.id, args)
    if (shape.kind === 'value') return codec.decode(shape.text)
    return Object.freeze(Object.fromEntries(shape.entries.map(([key, one]) => [key, build(one)])))
  }
  window.addEventListener(`${token}:settle`, (event) => {
    const { number, ok, text } = JSON.parse((event as CustomEvent<string>).detail)
    const waiting = settling.get(number)
    settling.delete(number)
    if (ok) waiting?.resolve(codec.decode(text))
    else waiting?.reject(errorOf(text))
  })
  window.addEventListener(`${token}:expose`, (event) => {
    const { name, shape } = JSON.parse((event as CustomEvent<string>).detail)
    Object.defineProperty(window, name, { value: build(shape), configurable: false, writable: false, enumerable: true })
    event.preventDefault()
  })
  window.dispatchEvent(new CustomEvent(`${token}:ready`))
}

/** In the preload's world. @returns what a sandboxed preload may require and its `process` */
export function installPreloadWorld(codec: Codec, world: PreloadWorld) {
  const { token } = world
  const globals = globalThis as unknown as Record<string, (text: string) => void>
  const tell = globals[world.binding] as (text: string) => void
  const post = (message: Record<string, unknown>) => tell(JSON.stringify(message))
  const listeners = new Map<string, Listener[]>()
  const ports = new Map<string, MessagePort>()
  const waiting = new Map<number, { resolve: Listener; reject: Listener }>()
  let invocations = 0

  const bridgePort = (id: string, port: MessagePort) => {
    ports.set(id, port)
    port.onmessage = (event) => post({ type: 'port', id, text: codec.encode(event.data) })
    port.addEventListener('close', () => post({ type: 'portClosed', id }))
  }
  // biome-ignore lint/suspicious/noExplicitAny: messages of our own main side
  const receive: Record<string, (message: any) => void> = {
    message({ channel, text, portIds }: { channel: string; text: string; portIds: string[] }) {
      const received = portIds.map((id) => {
        const { port1, port2 } = new MessageChannel()
        bridgePort(id, port1)
        return port2
      })
      const event = { sender: ipcRenderer, senderId: 0, ports: received }
      for (const listener of [...(listeners.get(channel) ?? [])]) listener(event, ...(codec.decode(text) as unknown[]))
    },
    port: ({ id, text }: { id: string; text: string }) => ports.get(id)?.postMessage(codec.decode(text)),
    portClosed: ({ id }: { id: string }) => ports.get(id)?.close(),
    invoked({ number, ok, text }: { number: number; ok: boolean; text: string }) {
      const invocation = waiting.get(number)
      waiting.delete(number)
      if (ok) invocation?.resolve(codec.decode(text))
      else invocation?.reject(codec.decode(text))
    },
  }
  globals[world.deliver] = (text: string) => {
    const message = JSON.parse(text)
    receive[message.type]?.(message)
  }

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        invocations += 1
        waiting.set(invocations, {
          resolve,
          reject: (error) => {
            const { name, message } = error as Error
            reject(new Error(`Error invoking remote method '${channel}': ${name}: ${message}`))
          },
        })
        post({ type: 'invoke', channel, number: invocations, text: codec.encode(args) })
      }),
    send: (channel: string, ...args: unknown[]) => post({ type: 'send', channel, text: codec.encode(args) }),
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    off(channel: string, listener: Listener) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((one) => one !== listener),
      )
      return ipcRenderer
    },
    once(channel: string, listener: Listener) {
      const once = (...args: unknown[]) => {
        ipcRenderer.off(channel, once)
        listener(...args)
      }
      return ipcRenderer.on(channel, once)
    },
  }

  const functions: ((...args: unknown[]) => unknown)[] = []
  const shapeOf = (value: unknown): Shape => {
    if (typeof value === 'function')
      return { kind: 'function', id: functions.push(value as (...args: unknown[]) => unknown) - 1 }
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      return { kind: 'object', entries: Object.entries(value).map(([key, one]) => [key, shapeOf(one)]) }
    return { kind: 'value', text: codec.encode(value) }
  }
  const dispatch = (name: string, detail: unknown) =>
    !window.dispatchEvent(new CustomEvent(`${token}:${name}`, { detail: JSON.stringify(detail), cancelable: true }))
  window.addEventListener(`${token}:call`, (event) => {
    const { id, number, args } = JSON.parse((event as CustomEvent<string>).detail)
    const answer = (detail: unknown) => dispatch(`answer:${number}`, detail)
    const failed = (error: unknown) => ({ ok: false, number, text: codec.encode(error) })
    try {
      const result = functions[id]?.(...(codec.decode(args) as unknown[]))
      if (!(result instanceof Promise)) return answer({ ok: true, text: codec.encode(result) })
      answer({ ok: true, promise: true })
      result.then(
        (value) => dispatch('settle', { ok: true, number, text: codec.encode(value) }),
        (error: unknown) => dispatch('settle', failed(error)),
      )
    } catch (error) {
      answer(failed(error))
    }
    return undefined
  })
  const exposures: { name: string; shape: Shape; taken: boolean }[] = []
  const hand = (one: (typeof exposures)[number]) => {
    one.taken ||= dispatch('expose', { name: one.name, shape: one.shape })
  }
  window.addEventListener(`${token}:ready`, () => exposures.forEach(hand))
  const contextBridge = {
    exposeInMainWorld(name: string, api: unknown) {
      if (exposures.some((one) => one.name === name))
        throw new Error('Cannot bind an API on top of an existing property on the window object')
      const one = { name, shape: shapeOf(api), taken: false }
      exposures.push(one)
      hand(one)
    },
  }
  const electron = { contextBridge, ipcRenderer, webUtils: { getPathForFile: () => '' }, webFrame: {} }
  return {
    require(name: string) {
      if (name === 'electron' || name === 'electron/renderer') return electron
      throw new Error(`module not found: ${name}`)
    },
    process: {
      platform: world.platform,
      versions: world.versions,
      env: {},
      type: 'renderer',
      sandboxed: true,
      contextIsolated: true,
    },
  }
}
