// What was measured, kept by content: the same file twice, or under another name, is not measured again.
import type { DatabaseSync } from 'node:sqlite'
import { type Analysis, analyserVersion } from '../analysis/protocol'
import { keyOrder } from './key-names'

/** Of an older measure, what it did not measure is null. */
export interface StoredAnalysis extends Analysis {
  contentHash: string
  analyserVersion: number
  analysedAt: number
}

export interface ToAnalyse {
  id: number
  path: string
  format: string
  artwork: string | null
  durationSeconds: number
  durationIsExact: number
}

export class AnalysisStore {
  private readonly statements

  constructor(db: DatabaseSync) {
    const waits = `missing = 0 AND state <> 'failed' AND analyserVersion < ${analyserVersion}`
    const columns = 'id, path, format, artwork, durationSeconds, durationIsExact'
    this.statements = {
      get: db.prepare('SELECT * FROM analyses WHERE contentHash = ?'),
      put: db.prepare(
        `INSERT OR REPLACE INTO analyses (contentHash, analyserVersion, analysedAt, durationSeconds, sampleRateHz, channels,
         lufs, loudnessRangeLu, truePeakDbtp, cueInSeconds, introEndSeconds, startNextSeconds, cueOutSeconds, fadeInSeconds,
         fadeOutSeconds, ending, silences, tempoBpm, tempoConfidence, musicalKey, keyConfidence, energy, overview, peaks,
         peaksPerSecond, momentary, gainTag)
         VALUES (:contentHash, :analyserVersion, :analysedAt, :durationSeconds, :sampleRateHz, :channels, :lufs,
         :loudnessRangeLu, :truePeakDbtp, :cueInSeconds, :introEndSeconds, :startNextSeconds, :cueOutSeconds, :fadeInSeconds,
         :fadeOutSeconds, :ending, :silences, :tempoBpm, :tempoConfidence, :musicalKey, :keyConfidence, :energy, :overview,
         :peaks, :peaksPerSecond, :momentary, :gainTag)`,
      ),
      apply: db.prepare(
        `UPDATE tracks SET contentHash = ?, analyserVersion = ?, durationSeconds = ?, durationIsExact = 1, lufs = ?,
         truePeakDbtp = ?, channels = ?, sampleRateHz = ?, tempoBpm = ?, keyOrder = ?, energy = ?, state = 'playable', problem = NULL, updatedAt = ? WHERE id = ?`,
      ),
      waiting: db.prepare(`SELECT count(*) AS count FROM tracks WHERE ${waits}`),
      next: db.prepare(`SELECT ${columns} FROM tracks WHERE ${waits} AND id > ? ORDER BY id LIMIT ?`),
      one: db.prepare(`SELECT ${columns} FROM tracks WHERE id = ? AND ${waits}`),
      forget: db.prepare(
        "UPDATE tracks SET analyserVersion = 0, state = 'pending', problem = NULL, failureCount = 0 WHERE id = ?",
      ),
      drop: db.prepare('DELETE FROM analyses WHERE contentHash = ?'),
    }
  }

  get(contentHash: string): StoredAnalysis | null {
    const row = this.statements.get.get(contentHash)
    if (!row) return null
    const { silences, gainTag } = row
    return {
      ...row,
      silences: JSON.parse(String(silences)),
      gainTag: gainTag === null ? null : JSON.parse(String(gainTag)),
    } as unknown as StoredAnalysis
  }

  put(contentHash: string, analysis: Analysis): void {
    const { silences, gainTag, ...figures } = analysis
    this.statements.put.run({
      ...figures,
      silences: JSON.stringify(silences),
      gainTag: gainTag && JSON.stringify(gainTag),
      ...{ contentHash, analyserVersion, analysedAt: Date.now() },
    })
  }

  /** The track is playable: its sound has been decoded. */
  apply(trackId: number, contentHash: string, analysis: Analysis): void {
    const { durationSeconds, lufs, truePeakDbtp, channels, sampleRateHz, tempoBpm, musicalKey, energy } = analysis
    this.statements.apply.run(
      ...[
        contentHash,
        analyserVersion,
        durationSeconds,
        lufs,
        truePeakDbtp,
        channels,
        sampleRateHz,
        tempoBpm,
        musicalKey === null ? null : keyOrder(musicalKey),
        energy,
        Date.now(),
        trackId,
      ],
    )
  }

  waiting(): number {
    return Number(this.statements.waiting.get()?.['count'])
  }

  /** The next tracks that were never measured, or by an older measure, after an id. */
  next(afterId: number, limit: number): ToAnalyse[] {
    return this.statements.next.all(afterId, limit) as unknown as ToAnalyse[]
  }

  one(trackId: number): ToAnalyse | null {
    return (this.statements.one.get(trackId) as unknown as ToAnalyse | undefined) ?? null
  }

  /** @param contentHash what was measured of it is dropped too, so that it is measured anew */
  forget(trackId: number, contentHash: string | null): void {
    this.statements.forget.run(trackId)
    if (contentHash) this.statements.drop.run(contentHash)
  }
}
