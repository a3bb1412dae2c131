// Which questions can be asked of which field, and what an answer begins with. Pure; used by the rule builder alone.
import {
  type Rule,
  type RuleGroup,
  type RuleOperator,
  type TrackField,
  type TrackFieldType,
  trackFieldTypes,
} from '@contract/track-fields'

export type FieldType = TrackFieldType | 'customText' | 'customNumber' | 'customDate' | 'customFlag'
export interface CustomField {
  key: string
  name: string
  type: 'text' | 'number' | 'date' | 'flag'
}

export const isGroup = (rule: Rule | RuleGroup): rule is RuleGroup => 'rules' in rule
/** Groups lie so deep in each other at most. */
export const deepestGroup = 6

const customTypes = { text: 'customText', number: 'customNumber', date: 'customDate', flag: 'customFlag' } as const

export function typeOf(field: string, custom: readonly CustomField[]): FieldType {
  if (!field.startsWith('custom.')) return trackFieldTypes[field as TrackField]
  const found = custom.find(({ key }) => `custom.${key}` === field)
  return found ? customTypes[found.type] : 'customText'
}

const texts: RuleOperator[] = ['is', 'isNot', 'contains', 'containsNot', 'startsWith', 'isEmpty', 'isNotEmpty']
const numbers: RuleOperator[] = ['is', 'isNot', 'over', 'atLeast', 'under', 'atMost', 'between']
const known: RuleOperator[] = ['isEmpty', 'isNotEmpty']

export const operatorsOf: Record<FieldType, RuleOperator[]> = {
  text: texts,
  choice: ['is', 'isNot'],
  key: ['is', 'isNot', ...known],
  number: [...numbers, ...known],
  duration: ['over', 'atLeast', 'under', 'atMost', 'between'],
  date: ['inLast', 'notInLast', 'is', 'over', 'under', 'between', ...known],
  flag: ['is'],
  customText: texts,
  customNumber: ['is', 'isNot', 'over', 'atLeast', 'under', 'atMost', 'between', ...known],
  customDate: ['inLast', 'notInLast', 'over', 'under', ...known],
  customFlag: ['is', ...known],
}

/** How the answer is given. */
export type ValueForm =
  | 'none'
  | 'text'
  | 'kind'
  | 'state'
  | 'key'
  | 'number'
  | 'range'
  | 'seconds'
  | 'secondsRange'
  | 'ago'
  | 'day'
  | 'dayRange'
  | 'flag'

export function formOf(field: string, type: FieldType, op: RuleOperator): ValueForm {
  if (op === 'isEmpty' || op === 'isNotEmpty') return 'none'
  if (op === 'inLast' || op === 'notInLast') return 'ago'
  if (type === 'choice') return field === 'kind' ? 'kind' : 'state'
  if (type === 'key') return 'key'
  if (type === 'flag' || type === 'customFlag') return 'flag'
  if (type === 'duration') return op === 'between' ? 'secondsRange' : 'seconds'
  if (type === 'number' || type === 'customNumber') return op === 'between' ? 'range' : 'number'
  if (type === 'date' || type === 'customDate') return op === 'between' ? 'dayRange' : 'day'
  return 'text'
}

const dayMs = 86_400_000
const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0)
const isoDay = (at: number) => {
  const day = new Date(at)
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
}

/** What an answer begins with, by the field: fitting numbers say more than noughts. */
const firstNumbers: Partial<Record<TrackField, [number, number]>> = {
  bpm: [110, 130],
  year: [1980, 1989],
  rating: [4, 5],
  energy: [50, 100],
  lufs: [-16, -8],
  peak: [-1, 0],
  bitrate: [192, 320],
  sampleRate: [44_100, 48_000],
  channels: [1, 2],
  plays: [1, 10],
}

export function firstValue(field: string, form: ValueForm, nowMs: number): Rule['value'] {
  const [low, high] = firstNumbers[field as TrackField] ?? [0, 100]
  const values: Record<ValueForm, Rule['value']> = {
    none: undefined,
    text: '',
    kind: 'music',
    state: 'playable',
    key: '8A',
    number: low,
    range: [low, high],
    seconds: 240,
    secondsRange: [120, 300],
    ago: '30d',
    day: isoDay(nowMs),
    dayRange: [startOfDay(nowMs - 30 * dayMs), startOfDay(nowMs)],
    flag: true,
  }
  return values[form]
}

/** @returns the rule with another field or question, its answer kept where it still fits */
export function changedRule(
  rule: Rule,
  change: { field?: string; op?: RuleOperator },
  custom: readonly CustomField[],
  nowMs: number,
): Rule {
  const field = change.field ?? rule.field
  const type = typeOf(field, custom)
  const wanted = change.op ?? rule.op
  const op = operatorsOf[type].includes(wanted) ? wanted : (operatorsOf[type][0] as RuleOperator)
  const form = formOf(field, type, op)
  const same =
    form === formOf(rule.field, typeOf(rule.field, custom), rule.op) && (field === rule.field || form === 'text')
  const value = same ? rule.value : firstValue(field, form, nowMs)
  return { field: field as Rule['field'], op, ...(value === undefined ? {} : { value }) }
}

/** Whether the station can be asked with these rules: an empty text is still being typed. */
export function isComplete({ rules }: RuleGroup): boolean {
  return rules.every((rule) => {
    if (isGroup(rule)) return isComplete(rule)
    if (rule.op === 'isEmpty' || rule.op === 'isNotEmpty') return true
    const { value } = rule
    if (Array.isArray(value)) return value.every(Number.isFinite)
    return value !== undefined && (typeof value !== 'string' || value.trim() !== '') && !Number.isNaN(value)
  })
}
