// What goes wrong on air, in the operator's words.
import type { IncidentReporter } from './ports'

type Incident = Parameters<IncidentReporter['raise']>[0]

export const incidentCodes = {
  nothingToPlay: 'nothingToPlay',
  deadAir: 'deadAir',
  engineCrashed: 'engineCrashed',
} as const

export const nothingToPlay: Incident = {
  area: 'playout',
  code: incidentCodes.nothingToPlay,
  severity: 'degraded',
  cause: 'Neither the queue nor a playlist has an item that can be played.',
  effect: 'The built-in loop is on air.',
  recovery: { kind: 'operator', retryAt: null, action: 'Add music to the library or the queue.' },
}

/** @param title of the item that was silent, if one was running */
export const deadAir = (seconds: number, title: string | undefined): Incident => ({
  area: 'playout',
  code: incidentCodes.deadAir,
  severity: 'degraded',
  cause: `The program was silent for ${Math.round(seconds)} s${title ? ` in “${title}”` : ''}.`,
  effect: 'Listeners heard nothing; the next item was started.',
  recovery: { kind: 'fallback', retryAt: null, action: 'Mark the track as quiet by design if it is meant so.' },
})

export const engineCrashed = (why: string, at: number): Incident => ({
  area: 'playout',
  code: incidentCodes.engineCrashed,
  severity: 'degraded',
  cause: why,
  effect: 'The program was interrupted for a moment; it goes on where it was.',
  recovery: { kind: 'retry', retryAt: at, action: null },
})
