// Tells the operator of a microphone that sits under the music, for as long as it does. Used by this room alone.
import type { EngineEvent } from './engine/protocol'
import { incidentCodes, micTooQuiet } from './incidents'
import type { IncidentReporter } from './ports'

export class VoiceNotices {
  private readonly underLu = new Map<string, number>()
  private labels = new Map<string, string>()

  constructor(private readonly incidents: IncidentReporter) {}

  /** How far a source is under the music it talks over, in LU; null while it can be heard well, or does not talk over it. */
  underMusicLu(sourceId: string): number | null {
    return this.underLu.get(sourceId) ?? null
  }

  follow(event: EngineEvent): void {
    if (event.type === 'live') {
      this.labels = new Map(event.sources.map(({ sourceId, label }) => [sourceId, label]))
      for (const sourceId of this.underLu.keys()) if (!this.labels.has(sourceId)) this.well(sourceId)
    } else if (event.type === 'voiceLevel') {
      if (event.tooQuiet) this.tooQuiet(event.sourceId, event.underLu)
      else this.well(event.sourceId)
    } else if (event.type === 'crashed' || event.type === 'offAir') {
      for (const sourceId of [...this.underLu.keys()]) this.well(sourceId)
    }
  }

  private tooQuiet(sourceId: string, underLu: number): void {
    this.underLu.set(sourceId, underLu)
    this.incidents.raise(micTooQuiet(sourceId, this.labels.get(sourceId) ?? '', underLu))
  }

  private well(sourceId: string): void {
    this.underLu.delete(sourceId)
    this.incidents.resolve('playout', incidentCodes.micTooQuiet, sourceId)
  }
}
