// What listeners of one output have been without, and what is done about it: from the first confirmed finding to the first
// good one. Pure: times come with the reports.
import type { Heard, HeardVerdict } from '@contract/outputs'
import type { Report } from './protocol'

/** Seconds from one restart of the output to the next, for as long as it does not help. */
const healPausesSeconds = [0, 20, 40, 80, 160, 300]
/** From here on a person should look. */
const enoughHeals = 3

export interface OutageStep {
  /** It began, or turned out to be of another kind. */
  raise?: { verdict: HeardVerdict; sinceMs: number; retryAt: number; hopeless: boolean; why: string }
  /** The earlier kind is over with it. */
  instead?: HeardVerdict
  /** Listeners have it back. */
  over?: { verdict: HeardVerdict; seconds: number }
  restart?: boolean
}

export class Outage {
  private latest: Report | null = null
  private lastGoodMs: number | null = null
  private open: { verdict: HeardVerdict; sinceMs: number; heals: number; nextHealMs: number } | null = null
  private last: Heard['lastOutage'] = null

  /** @param onAirSinceMs nothing was missed before that */
  hear(report: Report, onAirSinceMs: number): OutageStep {
    this.latest = report
    if (report.verdict === 'ok') return this.good(report)
    if (!report.confirmed) return {}
    const { verdict, toMs, why } = report
    const before = this.open
    this.open ??= { verdict, sinceMs: Math.max(this.lastGoodMs ?? 0, onAirSinceMs), heals: 0, nextHealMs: 0 }
    const open = this.open
    const instead = before && before.verdict !== verdict ? { instead: before.verdict } : {}
    open.verdict = verdict
    const restart = toMs >= open.nextHealMs
    if (restart) {
      open.heals += 1
      open.nextHealMs = toMs + (healPausesSeconds[open.heals] ?? 300) * 1000
    }
    if (before && !restart && !instead.instead) return {}
    const { sinceMs, heals, nextHealMs } = open
    return { ...instead, restart, raise: { verdict, sinceMs, retryAt: nextHealMs, hopeless: heals > enoughHeals, why } }
  }

  /** The station went off air, or the output was switched off. @returns what was open */
  stop(): HeardVerdict | null {
    const verdict = this.open?.verdict ?? null
    this.open = null
    this.latest = null
    this.lastGoodMs = null
    return verdict
  }

  get latencyMs(): number | null {
    return this.latest?.latencyMs ?? null
  }

  view(): Heard | null {
    const { latest, open } = this
    if (!latest) return null
    // A finding that was not confirmed is not shown: it may be a restart that was heard in passing.
    const verdict = open?.verdict ?? (latest.confirmed ? latest.verdict : 'ok')
    const levelLu = latest.levelDb === null ? null : Math.round(latest.levelDb * 10) / 10
    return {
      ...{ verdict, checkedAt: latest.toMs, levelLu, latencyMs: latest.latencyMs },
      ...{ since: open?.sinceMs ?? null, why: open ? latest.why : null, lastOutage: this.last },
    }
  }

  private good({ fromMs, toMs }: Report): OutageStep {
    const { open } = this
    this.lastGoodMs = toMs
    this.open = null
    if (!open) return {}
    const seconds = Math.max(1, Math.round((fromMs - open.sinceMs) / 1000))
    this.last = { verdict: open.verdict, endedAt: fromMs, seconds }
    return { over: { verdict: open.verdict, seconds } }
  }
}
