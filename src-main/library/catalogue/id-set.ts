// A set of track ids, a bit for each: 12 KB for 100,000 tracks.

const comma = 44
const zero = 48

export class IdSet {
  private constructor(
    private readonly bits: Uint32Array,
    readonly size: number,
  ) {}

  /** @param text digits with commas between, as SQLite's group_concat gives them, cast to a BLOB */
  static parse(text: Uint8Array | null): IdSet {
    if (!text) return new IdSet(new Uint32Array(1), 0)
    let bits = new Uint32Array(4096)
    let largest = 0
    let size = 0
    let id = 0
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? (text[at] as number) : comma
      if (code !== comma) {
        id = id * 10 + code - zero
        continue
      }
      const place = id >>> 5
      if (place > largest) largest = place
      if (place >= bits.length) bits = longer(bits, Math.max(place + 1, bits.length * 2))
      const word = bits[place] as number
      const mask = 1 << (id & 31)
      if ((word & mask) === 0) size++
      bits[place] = word | mask
      id = 0
    }
    return new IdSet(bits.slice(0, largest + 1), size)
  }

  static of(ids: ArrayLike<number>): IdSet {
    let largest = 0
    for (let at = 0; at < ids.length; at++) largest = Math.max(largest, ids[at] as number)
    const bits = new Uint32Array((largest >>> 5) + 1)
    let size = 0
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number
      const mask = 1 << (id & 31)
      if (((bits[id >>> 5] as number) & mask) === 0) size++
      bits[id >>> 5] = (bits[id >>> 5] as number) | mask
    }
    return new IdSet(bits, size)
  }

  /** That it takes. */
  get bytes(): number {
    return this.bits.byteLength
  }

  has(id: number): boolean {
    return (((this.bits[id >>> 5] as number) >>> (id & 31)) & 1) === 1
  }

  /** In both. */
  and(other: IdSet): IdSet {
    return this.combine(other, (mine, theirs) => mine & theirs)
  }

  /** In this one alone. */
  without(other: IdSet): IdSet {
    return this.combine(other, (mine, theirs) => mine & ~theirs)
  }

  /** With `ids` taken out, and those put in that are in `back`. */
  patched(ids: Iterable<number>, back: IdSet): IdSet {
    let largest = this.bits.length * 32 - 1
    for (const id of ids) largest = Math.max(largest, id)
    const bits = new Uint32Array((largest >>> 5) + 1)
    bits.set(this.bits)
    let { size } = this
    for (const id of ids) {
      const [place, mask] = [id >>> 5, 1 << (id & 31)]
      const word = bits[place] as number
      if ((word & mask) !== 0) size--
      const isIn = back.has(id)
      if (isIn) size++
      bits[place] = isIn ? word | mask : word & ~mask
    }
    return new IdSet(bits, size)
  }

  /** In the order of the ids. */
  toArray(): number[] {
    const ids: number[] = []
    for (const [place, word] of this.bits.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) ids.push(place * 32 + (31 - Math.clz32(rest & -rest)))
    }
    return ids
  }

  private combine(other: IdSet, merge: (mine: number, theirs: number) => number): IdSet {
    const bits = new Uint32Array(this.bits.length)
    let size = 0
    for (let at = 0; at < bits.length; at++) {
      const word = merge(this.bits[at] as number, other.bits[at] ?? 0)
      bits[at] = word
      size += countBits(word)
    }
    return new IdSet(bits, size)
  }
}

/** @param text as `IdSet.parse` takes it */
export function parseIds(text: Uint8Array | null): Uint32Array {
  if (!text) return new Uint32Array()
  const ids = new Uint32Array(Math.ceil(text.length / 2))
  let count = 0
  let id = 0
  for (const code of text) {
    if (code === comma) {
      ids[count++] = id
      id = 0
    } else id = id * 10 + code - zero
  }
  ids[count++] = id
  return ids.slice(0, count)
}

function longer(bits: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(length)
  more.set(bits)
  return more
}

function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return (((fours + (fours >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}
