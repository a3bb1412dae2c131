// What a track can be searched, sorted and chosen by: one list of fields for the search line, smart playlists and columns.
import * as z from 'zod'

/** Names as they are written in a search: `artist:`, `bpm:120-128`. A custom field is `custom.` and its key. */
export const trackFieldTypes = {
  title: 'text',
  artist: 'text',
  album: 'text',
  genre: 'text',
  tag: 'text',
  comment: 'text',
  composer: 'text',
  label: 'text',
  isrc: 'text',
  language: 'text',
  fileName: 'text',
  folder: 'text',
  format: 'text',
  kind: 'choice',
  state: 'choice',
  key: 'key',
  year: 'number',
  rating: 'number',
  bpm: 'number',
  energy: 'number',
  lufs: 'number',
  peak: 'number',
  bitrate: 'number',
  sampleRate: 'number',
  channels: 'number',
  plays: 'number',
  duration: 'duration',
  added: 'date',
  changed: 'date',
  played: 'date',
  explicit: 'flag',
  artwork: 'flag',
} as const
export type TrackField = keyof typeof trackFieldTypes
export type TrackFieldType = (typeof trackFieldTypes)[TrackField]
export const trackFields = Object.keys(trackFieldTypes) as TrackField[]

/**
 * over, under, atLeast, atMost, between: numbers, durations (seconds) and dates (milliseconds since epoch).
 * inLast, notInLast: dates; the value is an amount and a unit, as "36h", "7d", "4w", "6m", "1y".
 */
export const ruleOperators = [
  'is',
  'isNot',
  'contains',
  'containsNot',
  'startsWith',
  'over',
  'under',
  'atLeast',
  'atMost',
  'between',
  'inLast',
  'notInLast',
  'isEmpty',
  'isNotEmpty',
] as const
export type RuleOperator = (typeof ruleOperators)[number]

const noField = `It is none of ${trackFields.join(', ')}; a custom field is written as custom. and its key.`
export const ruleSchema = z
  .object({
    field: z.union([
      z.enum(trackFields as [TrackField, ...TrackField[]]),
      z.string().regex(/^custom\.[a-z0-9_]{1,40}$/, noField),
    ]),
    op: z.enum(ruleOperators),
    /** Two numbers for `between`; nothing for `isEmpty` and `isNotEmpty`. */
    value: z.union([z.string().max(500), z.number(), z.boolean(), z.tuple([z.number(), z.number()])]).optional(),
  })
  .strict()
export type Rule = z.output<typeof ruleSchema>

/** Rules of which all or any must hold; groups may stand in groups, up to six deep. */
export interface RuleGroup {
  match: 'all' | 'any'
  rules: (Rule | RuleGroup)[]
}

const notARule = 'It is no rule, and no group of rules; groups stand in groups, at most six deep.'
const groupOf = (inner: z.ZodType<Rule | RuleGroup>): z.ZodType<RuleGroup> =>
  z.object({ match: z.enum(['all', 'any']), rules: z.array(inner).max(100) }).strict()
const nested = (depth: number): z.ZodType<RuleGroup> =>
  groupOf(depth === 0 ? ruleSchema : z.union([ruleSchema, nested(depth - 1)], notARule))
export const ruleGroupSchema = nested(5)
