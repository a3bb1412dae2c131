// A list of numbers that grows. Used by this folder alone.

export class Growing<Numbers extends Float32Array | Float64Array> {
  private used = 0
  constructor(private items: Numbers) {}

  get length(): number {
    return this.used
  }

  push(value: number): void {
    if (this.used === this.items.length) this.enlarge(this.used * 2)
    this.items[this.used++] = value
  }

  /** Of everything so far; valid until the next `push`. */
  values(): Numbers {
    return this.items.subarray(0, this.used) as Numbers
  }

  private enlarge(size: number): void {
    const larger = new (this.items.constructor as new (size: number) => Numbers)(size)
    larger.set(this.items)
    this.items = larger
  }
}
