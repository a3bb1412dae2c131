// The keys of the destinations while the station runs, and which of them cannot be opened any more.
import type { Log } from '../../monitoring'
import { protectSecret } from '../../processes'
import { hint, type Secrets } from '../../storage'
import { spellingsOf } from './target'

const secretName = (id: number) => `destination.${id}.key`

export class DestinationKeys {
  private readonly keys = new Map<number, string>()
  private readonly lost = new Set<number>()

  constructor(
    private readonly secrets: Secrets,
    private readonly log: Log,
  ) {}

  async open({ id, name }: { id: number; name: string }): Promise<void> {
    try {
      const key = await this.secrets.get(secretName(id))
      if (key !== null) this.keep(id, key)
    } catch (error) {
      this.log.error('The key of a destination cannot be opened; enter it again.', { destination: name, error })
      this.lost.add(id)
    }
  }

  /** @returns '' where there is none */
  of(id: number): string {
    return this.keys.get(id) ?? ''
  }

  isLost(id: number): boolean {
    return this.lost.has(id)
  }

  hintOf(id: number): string | null {
    const key = this.keys.get(id)
    return key === undefined ? null : hint(key)
  }

  /** @param key '' for none */
  async set(id: number, key: string): Promise<void> {
    if (key === '') return this.remove(id)
    await this.secrets.set(secretName(id), key)
    this.keep(id, key)
  }

  remove(id: number): void {
    this.secrets.remove(secretName(id))
    this.keys.delete(id)
    this.lost.delete(id)
  }

  private keep(id: number, key: string): void {
    for (const spelling of spellingsOf(key)) protectSecret(spelling)
    this.keys.set(id, key)
    this.lost.delete(id)
  }
}
