// Tells of a silent program, of dead air, and that there is sound again.
import type { EventBus } from '@contract/events'
import type { SettingsReader } from '@contract/settings'
import type { Log } from '../monitoring'
import { deadAir, incidentCodes, silence } from './incidents'
import type { OnAir } from './on-air'
import type { IncidentReporter } from './ports'

interface SilenceDeps {
  events: EventBus
  log: Log
  settings: SettingsReader
  incidents: IncidentReporter
}

export class SilenceNotices {
  constructor(
    private readonly deps: SilenceDeps,
    private readonly onAir: Pick<OnAir, 'running' | 'live'>,
  ) {}

  /** @param seconds of silence so far @param atMs when it was noticed, since epoch */
  began(seconds: number, atMs: number): void {
    const title = this.onAir.running?.track.title
    const limit = this.deps.settings.get(this.#isLive ? 'live.silenceSeconds' : 'playout.deadAirSeconds')
    this.deps.log.warn('The program is silent', { seconds, title })
    this.deps.incidents.raise(silence(seconds, title, Math.round(atMs + (limit - seconds) * 1000)))
    this.deps.events.emit('playout.silence', { silent: true, seconds })
  }

  becameDeadAir(seconds: number): void {
    const title = this.onAir.running?.track.title
    this.deps.log.error('Dead air', { seconds, title })
    this.deps.incidents.resolve('playout', incidentCodes.silence)
    this.deps.incidents.raise(deadAir(seconds, title, this.#isLive))
  }

  ended(seconds: number): void {
    this.deps.log.info('There is sound again', { silentSeconds: seconds })
    this.forget()
    this.deps.events.emit('playout.silence', { silent: false, seconds })
  }

  forget(): void {
    for (const code of [incidentCodes.silence, incidentCodes.deadAir]) this.deps.incidents.resolve('playout', code)
  }

  get #isLive(): boolean {
    return this.onAir.live?.mode === 'full'
  }
}
