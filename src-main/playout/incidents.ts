// What goes wrong on air, in the operator's words.
import type { IncidentReporter } from './ports'

type Incident = Parameters<IncidentReporter['raise']>[0]

export const incidentCodes = {
  nothingToPlay: 'nothingToPlay',
  silence: 'silence',
  deadAir: 'deadAir',
  engineCrashed: 'engineCrashed',
  micTooQuiet: 'micTooQuiet',
} as const

export const nothingToPlay: Incident = {
  area: 'playout',
  code: incidentCodes.nothingToPlay,
  severity: 'degraded',
  cause: 'Neither the queue nor a playlist has an item that can be played.',
  effect: 'The built-in loop is on air.',
  recovery: { kind: 'operator', retryAt: null, action: 'Add music to the library or the queue.' },
}

/** @param endsAt when it counts as dead air, milliseconds since epoch */
export const silence = (seconds: number, title: string | undefined, endsAt: number): Incident => ({
  area: 'playout',
  code: incidentCodes.silence,
  severity: 'notice',
  cause: `The program has been silent for ${Math.round(seconds)} s${title ? ` in “${title}”` : ''}.`,
  effect: 'Listeners hear nothing. If it goes on, the station acts by itself.',
  recovery: { kind: 'fallback', retryAt: endsAt, action: null },
})

/**
 * @param title of the item that was silent, if one was running
 * @param live a presenter had the program
 */
export const deadAir = (seconds: number, title: string | undefined, live: boolean): Incident => ({
  area: 'playout',
  code: incidentCodes.deadAir,
  severity: 'degraded',
  cause: `The program was silent for ${Math.round(seconds)} s${title ? ` in “${title}”` : ''}.`,
  effect: live
    ? 'Listeners heard nothing; the program was taken back from the presenter.'
    : 'Listeners heard nothing; the next item was started.',
  recovery: {
    kind: 'fallback',
    retryAt: null,
    action: live
      ? 'Ask the presenter to check the microphone and the software.'
      : 'Mark the track as quiet by design if it is meant so.',
  },
})

/** @param underLu how far the voice is under the music as it would be without ducking */
export const micTooQuiet = (sourceId: string, label: string, underLu: number): Incident => ({
  area: 'playout',
  code: incidentCodes.micTooQuiet,
  subject: sourceId,
  severity: 'notice',
  cause: `${label === '' ? 'A microphone' : label} is ${underLu.toFixed(1)} LU quieter than the music.`,
  effect: 'Listeners hardly understand what is said.',
  recovery: { kind: 'operator', retryAt: null, action: 'Turn the microphone up, or speak closer to it.' },
})

export const engineCrashed = (why: string, at: number): Incident => ({
  area: 'playout',
  code: incidentCodes.engineCrashed,
  severity: 'degraded',
  cause: why,
  effect: 'The program was interrupted for a moment; it goes on where it was.',
  recovery: { kind: 'retry', retryAt: at, action: null },
})
