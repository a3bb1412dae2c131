// The next item, decided with separation among 100,000 tracks whose log of a week is full, and a week rehearsed on them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { createRotation, createShuffles } from '../src-main/playlists/rotation-kit'
import { createRehearsals } from '../src-main/playout'
import { testSettings } from '../src-main/playout/test-station'
import { inTransaction, openDatabase } from '../src-main/storage'
import type { BenchRow } from './bench-row'
import { makeLibrary } from './made-library'

const tracks = 100_000
const decisions = 1000
const songMs = 210_000
const weekMs = 7 * 86_400_000

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-rotation-'))
  const path = join(folder, 'wavedesk.db')
  const db = openDatabase(path)
  try {
    const nowMs = Date.now()
    makeLibrary(db, tracks, { waveformBytes: 0, nowMs })
    const shuffles = createShuffles(db)
    for (let after: number | null = 0; after !== null; ) after = shuffles.syncRange(after, 5000, false)
    fillLog(db, nowMs)
    const rows = [
      decide(db, nowMs, 'title 180 min, artist 60 min', {}),
      decide(db, nowMs, 'and titles a week apart, artists a day, each genre 4 min', {
        ...{ titleMinutes: 10_080, artistMinutes: 1440, albumMinutes: 240 },
        tags: [{ field: 'genre', value: '*', minutes: 4 }],
      }),
    ]
    return [...rows.flat(), await rehearse(path)]
  } finally {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A song every three and a half minutes, for a week. */
function fillLog(db: DatabaseSync, nowMs: number): void {
  const insert = db.prepare(
    `INSERT INTO logEntries (trackId, title, artist, album, kind, reason, joined, startedAt, endedAt, playedSeconds, endReason,
       words, playlistId)
     SELECT id, title, artist, album, kind, 'rotation: All music', '', ?, ?, 210, 'end', '', 0 FROM tracks WHERE id = ?`,
  )
  inTransaction(db, () => {
    let id = 1
    for (let at = nowMs - weekMs; at < nowMs; at += songMs) {
      insert.run(at, at + songMs, id)
      id = ((id + 7919) % tracks) + 1
    }
  })
}

function decide(db: DatabaseSync, nowMs: number, what: string, rules: object): BenchRow[] {
  const rotation = createRotation(db, createShuffles(db), () => {}, { now: () => nowMs })
  rotation.rules.saveSeparation({ ...rotation.rules.separation(), ...rules } as Parameters<
    typeof rotation.rules.saveSeparation
  >[0])
  rotation.rulesChanged()
  const planned: { trackId: number; playlistId: number; at: number }[] = []
  const times: number[] = []
  const longest: number[] = []
  for (let index = 0; index < decisions; index += 1) {
    const at = nowMs + index * songMs
    const before = { trackId: planned.at(-1)?.trackId ?? null, at, planned: planned.slice(-5) }
    const began = performance.now()
    let part = began
    let most = 0
    const parts = rotation.drawInParts('rotation', before)
    for (;;) {
      const { done, value } = parts.next()
      most = Math.max(most, performance.now() - part)
      part = performance.now()
      if (!done) continue
      if (value) planned.push({ trackId: value.trackId, playlistId: value.playlistId, at })
      break
    }
    times.push(performance.now() - began)
    longest.push(most)
  }
  rotation.close()
  const p99 = quantile(times, 0.99)
  return [
    {
      ...{ what: `next item at ${tracks.toLocaleString('en')} tracks, ${what}: p99`, ours: p99, unit: 'ms' },
      ...{ peer: null, peerName: '', ratio: null, reach: '<= 10 ms', met: p99 <= 10 },
      note: `${decisions} decisions, p50 ${quantile(times, 0.5).toFixed(2)} ms, at most ${Math.max(...times).toFixed(1)} ms; at once at most ${Math.max(...longest).toFixed(1)} ms`,
    },
  ]
}

async function rehearse(path: string): Promise<BenchRow> {
  const rehearsals = createRehearsals({ databasePath: path, settings: testSettings({}).reader })
  const { endedAt, result, startedAt, why } = await rehearsals.rehearse({ hours: 168, seed: 1, wait: true })
  await rehearsals.close()
  if (!result) throw new Error(`The rehearsal failed: ${why}`)
  const seconds = ((endedAt ?? Number.NaN) - startedAt) / 1000
  return {
    ...{ what: `a week rehearsed at ${tracks.toLocaleString('en')} tracks`, ours: seconds, unit: 's' },
    ...{ peer: null, peerName: '', ratio: null, reach: '<= 30 s', met: seconds <= 30 },
    note: `${result.items.length} items, ${result.repeats.length} too soon; ${(result.items.length / seconds).toFixed(0)} items/s`,
  }
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.ceil(values.length * part) - 1)] ??
  Number.NaN
