// Structured clone as text, with what Electron clones and its error for what it does not. Runs here and in the page, so
// the function uses nothing from outside itself.

export interface Codec {
  encode(value: unknown): string
  decode(text: string): unknown
}

type Packed = { $: string; v?: unknown; name?: string } | Packed[] | null | boolean | string | number

export function createCodec(): Codec {
  const toBase64 = (bytes: Uint8Array) => {
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return btoa(text)
  }
  const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const packObject = (value: object): Packed => {
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof Error) return { $: 'error', name: value.name, v: value.message }
    if (value instanceof Map) return { $: 'map', v: [...value].map((entry) => entry.map(pack)) }
    if (value instanceof Set) return { $: 'set', v: [...value].map(pack) }
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) }
    if (ArrayBuffer.isView(value)) {
      const name = value.constructor.name === 'Buffer' ? 'Uint8Array' : value.constructor.name
      return { $: 'view', name, v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) }
    }
    if (Array.isArray(value)) return value.map(pack)
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== null && /^(Promise|WeakMap|WeakSet|Blob|File|Response|Request)$/.test(value.constructor.name)) {
      throw new Error('An object could not be cloned.')
    }
    return { $: 'object', v: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pack(one)])) }
  }
  const pack = (value: unknown): Packed => {
    if (value === undefined) return { $: 'undefined' }
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', v: String(value) }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (typeof value === 'function' || typeof value === 'symbol') throw new Error('An object could not be cloned.')
    return packObject(value)
  }
  // biome-ignore lint/suspicious/noExplicitAny: text that `pack` made
  const unpack = (packed: any): unknown => {
    if (Array.isArray(packed)) return packed.map(unpack)
    if (packed === null || typeof packed !== 'object') return packed
    switch (packed.$) {
      case 'undefined':
        return undefined
      case 'number':
        return Number(packed.v)
      case 'bigint':
        return BigInt(packed.v)
      case 'date':
        return new Date(packed.v)
      case 'error':
        return Object.assign(new Error(packed.v), { name: packed.name })
      case 'map':
        return new Map(packed.v.map((entry: unknown[]) => entry.map(unpack)))
      case 'set':
        return new Set(packed.v.map(unpack))
      case 'buffer':
        return fromBase64(packed.v).buffer
      case 'view':
        return Reflect.construct(globalThis[packed.name as 'Uint8Array'], [fromBase64(packed.v).buffer])
      default:
        return Object.fromEntries(Object.entries(packed.v).map(([key, one]) => [key, unpack(one)]))
    }
  }
  return { encode: (value) => JSON.stringify(pack(value)), decode: (text) => unpack(JSON.parse(text)) }
}
