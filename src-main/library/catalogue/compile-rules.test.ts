import type { DatabaseSync } from 'node:sqlite'
import { type Rule, type RuleGroup, ruleGroupSchema, ruleOperators, trackFields } from '@contract/track-fields'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import type { TrackFacts } from '../tags/read-track'
import { compileRules } from './compile-rules'
import { addFieldFunctions } from './field-sql'
import type { Fields } from './track-store'
import { TrackStore } from './track-store'

const day = 86_400_000
const now = new Date(2026, 10, 21, 12).getTime()
const facts = (over: Partial<TrackFacts>): TrackFacts => ({
  ...{ sizeBytes: 1, fingerprint: '', format: 'MP3', bitrateKbps: 128, sampleRateHz: 44_100, channels: 2 },
  ...{ title: '', artist: '', artists: [], album: '', genre: '', year: null, trackNumber: null, durationSeconds: 180 },
  ...{ comment: '', composer: '', label: '', isrc: '', language: '' },
  ...{ durationIsExact: true, doubtful: false, misnamed: null },
  ...over,
})

interface Made {
  facts: Partial<TrackFacts>
  edit?: Fields
  columns?: Record<string, string | number | null>
}

const made: Made[] = [
  {
    facts: {
      title: 'Hyperballad',
      artist: 'Björk',
      artists: ['Björk'],
      album: 'Post',
      genre: 'Electronic',
      year: 1995,
    },
    edit: { tags: '["Summer Night","öde"]', rating: 5, comment: 'Léger', label: 'One Little Indian' },
    columns: { tempoBpm: 119.8, keyOrder: 16, lufs: -9.4, energy: 0.8, playCount: 7, lastPlayedAt: now - 2 * day },
  },
  {
    facts: {
      title: 'Duet',
      artist: 'Björk feat. Thom Yorke',
      artists: ['Björk', 'Thom Yorke'],
      album: 'Post Scriptum',
    },
    edit: { kind: 'jingle', explicit: 1, custom: '{"mood":"Calm","score":"12","cleared":"yes","until":"2026-10-01"}' },
    columns: { tempoBpm: 128, addedAt: now - 10 * day, artwork: 'x.jpg' },
  },
  {
    facts: {
      title: 'Группа крови',
      artist: 'Кино',
      artists: ['Кино'],
      genre: 'Рок',
      year: 1988,
      durationSeconds: 285.4,
    },
    columns: { missing: 1, lufs: -20, lastPlayedAt: now - 400 * day, playCount: 1 },
  },
  { facts: { title: 'Louden', artist: '!!!', artists: ['!!!'] }, columns: { state: 'playable' } },
]

let db: DatabaseSync
beforeAll(() => {
  db = openMemoryDatabase()
  addFieldFunctions(db)
  const store = new TrackStore(db)
  for (const [index, { facts: over, edit, columns }] of made.entries()) {
    const fileName = `Datei ${index}.mp3`
    const path = `/music/${index % 2 ? 'Pop' : 'Rock'}/${fileName}`
    const file = { path, fileName, folderId: null, managed: false, fileModifiedAt: 0, artwork: null }
    const id = store.insert(file, facts(over))
    const row = store.byId(id)
    if (edit && row) store.edit(row, edit)
    for (const [name, value] of Object.entries({ addedAt: now, ...columns })) {
      db.prepare(`UPDATE tracks SET ${name} = ? WHERE id = ?`).run(value, id)
    }
  }
})
afterAll(() => db.close())

/** Places of the tracks that a group holds for. */
function holding(group: RuleGroup): number[] {
  const { sql, values } = compileRules(group, now)
  const rows = db.prepare(`SELECT t.id FROM tracks t WHERE ${sql} ORDER BY t.id`).all(...values)
  return rows.map((row) => Number(row['id']) - 1)
}
const byOne = (rule: Rule) => holding({ match: 'all', rules: [rule] })

describe('one rule', () => {
  it.each<[Rule['field'], Rule['op'], Rule['value'], number[]]>([
    ['title', 'is', 'HYPERBALLAD', [0]],
    ['title', 'contains', 'BALL', [0]],
    ['title', 'startsWith', 'hyp', [0]],
    ['title', 'isNot', 'Duet', [0, 2, 3]],
    ['artist', 'is', 'bjork', [0, 1]],
    ['artist', 'is', 'Thom Yorke', [1]],
    ['artist', 'is', 'Yorke', []],
    ['artist', 'isNot', 'Björk', [2, 3]],
    ['artist', 'is', '!!!', [3]],
    ['artist', 'startsWith', 'BJÖ', [0, 1]],
    ['artist', 'contains', 'кин', [2]],
    ['album', 'is', 'post', [0]],
    ['album', 'contains', 'script', [1]],
    ['album', 'isEmpty', undefined, [2, 3]],
    ['genre', 'is', 'рок', [2]],
    ['genre', 'isNotEmpty', undefined, [0, 2]],
    ['tag', 'is', 'summer night', [0]],
    ['tag', 'is', 'summer', []],
    ['tag', 'contains', 'ÖD', [0]],
    ['tag', 'containsNot', 'night', [1, 2, 3]],
    ['tag', 'isEmpty', undefined, [1, 2, 3]],
    ['comment', 'contains', 'leg', [0]],
    ['label', 'is', 'one little indian', [0]],
    ['label', 'isEmpty', undefined, [1, 2, 3]],
    ['fileName', 'is', 'datei 1.MP3', [1]],
    ['fileName', 'contains', 'datei', [0, 1, 2, 3]],
    ['folder', 'is', '/music/Pop/', [1, 3]],
    ['folder', 'startsWith', '/music', [0, 1, 2, 3]],
    ['folder', 'contains', 'rock', [0, 2]],
    ['format', 'is', 'mp3', [0, 1, 2, 3]],
    ['kind', 'is', 'jingle', [1]],
    ['kind', 'isNot', 'jingle', [0, 2, 3]],
    ['state', 'is', 'missing', [2]],
    ['state', 'is', 'playable', [3]],
    ['state', 'isNot', 'pending', [2, 3]],
    ['key', 'is', '8A', [0]],
    ['key', 'is', 'A minor', [0]],
    ['key', 'is', 'Am', [0]],
    ['key', 'isEmpty', undefined, [1, 2, 3]],
    ['year', 'between', [1980, 1990], [2]],
    ['year', 'atLeast', 1988, [0, 2]],
    ['year', 'isNot', 1988, [0, 1, 3]],
    ['rating', 'is', 5, [0]],
    ['rating', 'isEmpty', undefined, [1, 2, 3]],
    ['bpm', 'is', 120, [0]],
    ['bpm', 'between', [120, 128], [1]],
    ['bpm', 'under', '125', [0]],
    ['lufs', 'over', -10, [0]],
    ['lufs', 'atMost', -10, [2]],
    ['energy', 'over', 50, [0]],
    ['energy', 'over', 0.5, [0]],
    ['peak', 'isNot', -1, [0, 1, 2, 3]],
    ['sampleRate', 'is', 44.1, [0, 1, 2, 3]],
    ['plays', 'is', 0, [1, 3]],
    ['duration', 'over', '3:30', [2]],
    ['duration', 'is', '4:45', [2]],
    ['added', 'inLast', '7d', [0, 2, 3]],
    ['added', 'notInLast', '1w', [1]],
    ['added', 'is', '2026-11-21', [0, 2, 3]],
    ['added', 'under', '2026-11-21', [1]],
    ['added', 'is', now, [0, 2, 3]],
    ['played', 'inLast', '3d', [0]],
    ['played', 'notInLast', '1y', [1, 2, 3]],
    ['played', 'isEmpty', undefined, [1, 3]],
    ['played', 'under', now - day, [0, 2]],
    ['explicit', 'is', true, [1]],
    ['explicit', 'isNot', 'yes', [0, 2, 3]],
    ['artwork', 'is', true, [1]],
    ['custom.mood', 'is', 'CALM', [1]],
    ['custom.mood', 'isNot', 'calm', [0, 2, 3]],
    ['custom.mood', 'isEmpty', undefined, [0, 2, 3]],
    ['custom.score', 'over', 9, [1]],
    ['custom.score', 'between', [1, 12], [1]],
    ['custom.cleared', 'is', true, [1]],
    ['custom.until', 'under', '2026-11-01', [1]],
    ['custom.until', 'inLast', '1y', [1]],
    ['custom.none', 'is', 'x', []],
  ])('%s %s %s holds for %j', (field, op, value, expected) => {
    expect(byOne({ field, op, value })).toEqual(expected)
  })

  it.each<[Rule['field'], Rule['op'], Rule['value'], RegExp]>([
    ['bpm', 'over', 'fast', /bpm.*"fast"/],
    ['year', 'between', 5, /year.*two numbers/],
    ['added', 'inLast', '7', /added.*"7"/],
    ['added', 'inLast', 7, /added.*unit/],
    ['added', 'under', '2026-02-30', /added.*2026-02-30/],
    ['title', 'over', 5, /title.*"over"/],
    ['title', 'is', true, /title.*text/],
    ['title', 'contains', ' ', /title/],
    ['title', 'is', undefined, /title.*no value/],
    ['kind', 'is', 'song', /kind.*"song".*jingle/],
    ['key', 'is', '13A', /key.*"13A"/],
    ['explicit', 'is', 'maybe', /explicit.*yes or no/],
    ['explicit', 'isEmpty', undefined, /explicit/],
    ['custom.score', 'over', 'much', /custom\.score.*"much"/],
  ])('%s %s %s is refused in words', (field, op, value, words) => {
    expect(() => byOne({ field, op, value })).toThrow(words)
  })
})

describe('groups', () => {
  it('hold for all or any of their rules, however deep they stand', () => {
    const long: Rule = { field: 'duration', op: 'over', value: 200 }
    const bjork: Rule = { field: 'artist', op: 'is', value: 'Björk' }
    const post: Rule = { field: 'album', op: 'is', value: 'Post' }
    expect(holding({ match: 'any', rules: [long, { match: 'all', rules: [bjork, post] }] })).toEqual([0, 2])
  })

  it('without rules hold for everything or nothing', () => {
    expect(holding({ match: 'all', rules: [] })).toEqual([0, 1, 2, 3])
    expect(holding({ match: 'any', rules: [] })).toEqual([])
  })

  it('are refused when there are too many rules', () => {
    const rules: Rule[] = Array.from({ length: 100 }, () => ({ field: 'plays', op: 'over', value: 1 }))
    const groups = Array.from({ length: 6 }, (): RuleGroup => ({ match: 'all', rules }))
    expect(() => holding({ match: 'all', rules: groups })).toThrow(/too many/)
  })
})

it('every rule that the contract lets through has an answer or a sentence', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('7d', '999999y', '2026-01-31', '8A', '3:30', 'yes', '"', "'; DROP TABLE tracks", '%', '\0'),
    fc.double(),
    fc.boolean(),
    fc.tuple(fc.double(), fc.double()),
    fc.constant(undefined),
  )
  const field = fc.oneof(fc.constantFrom(...trackFields), fc.constant('custom.mood'))
  const rule = fc.record({ field, op: fc.constantFrom(...ruleOperators), value })
  const group = fc.record({
    match: fc.constantFrom('all' as const, 'any' as const),
    rules: fc.array(rule, { maxLength: 4 }),
  })
  fc.assert(
    fc.property(group, (given) => {
      const parsed = ruleGroupSchema.safeParse(given)
      if (!parsed.success) return
      try {
        holding(parsed.data)
      } catch (error) {
        expect(error).toMatchObject({ code: 'validation' })
      }
    }),
    { numRuns: 2000 },
  )
})
