// From a setting's JSON Schema to the field that edits it, and back from what was typed to a value. Pure.

export type SettingField =
  | { kind: 'switch' }
  | { kind: 'choice'; options: (string | number)[] }
  | { kind: 'zone' }
  | { kind: 'number'; integer: boolean; least: number | null; most: number | null; optional: boolean }
  | { kind: 'text'; longest: number | null; required: boolean; long: boolean }

export type JsonSchema = Record<string, unknown>

const branches = (schema: JsonSchema): JsonSchema[] => {
  const list = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(list) ? (list as JsonSchema[]) : [schema]
}
const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null)
/** Texts longer than this get a box of several lines; paths, which are longer still, stay on one. */
const longText = { from: 300, to: 2000 }

/** Which field edits a value of this schema. An unknown shape is edited as text. */
export function fieldOf(schema: JsonSchema, key = ''): SettingField {
  if (key === 'station.timezone') return { kind: 'zone' }
  const all = branches(schema)
  const optional = all.some((branch) => branch['type'] === 'null')
  const some = all.filter((branch) => branch['type'] !== 'null')
  const first = some[0] ?? {}
  if (first['type'] === 'boolean') return { kind: 'switch' }
  if (Array.isArray(first['enum'])) return { kind: 'choice', options: first['enum'] as (string | number)[] }
  if (some.length > 1 && some.every((branch) => 'const' in branch)) {
    return { kind: 'choice', options: some.map((branch) => branch['const'] as string | number) }
  }
  if (first['type'] === 'number' || first['type'] === 'integer') {
    return {
      kind: 'number',
      integer: first['type'] === 'integer',
      least: numberOr(first['minimum']),
      most: numberOr(first['maximum']),
      optional,
    }
  }
  const longest = numberOr(first['maxLength'])
  return {
    kind: 'text',
    longest,
    required: some.every((branch) => (numberOr(branch['minLength']) ?? 0) > 0),
    long: longest !== null && longest >= longText.from && longest <= longText.to,
  }
}

export type FieldProblem =
  | { code: 'required' }
  | { code: 'notANumber' }
  | { code: 'notWhole' }
  | { code: 'range'; least: number | null; most: number | null }
  | { code: 'tooLong'; longest: number }

export type Parsed = { value: unknown; problem: null } | { value: null; problem: FieldProblem }

const ok = (value: unknown): Parsed => ({ value, problem: null })
const bad = (problem: FieldProblem): Parsed => ({ value: null, problem })

/** Turns what stands in a field into a value, or says what is wrong with it before the engine is asked. */
export function parseField(field: SettingField, input: unknown): Parsed {
  switch (field.kind) {
    case 'switch':
      return ok(input === true)
    case 'choice':
      return field.options.includes(input as string | number) ? ok(input) : bad({ code: 'required' })
    case 'zone':
      return typeof input === 'string' && input !== '' ? ok(input) : bad({ code: 'required' })
    case 'number':
      return parseNumber(field, input)
    case 'text': {
      const text = typeof input === 'string' ? input : ''
      if (field.required && text.trim() === '') return bad({ code: 'required' })
      if (field.longest !== null && text.length > field.longest) return bad({ code: 'tooLong', longest: field.longest })
      return ok(text)
    }
  }
}

function parseNumber(field: Extract<SettingField, { kind: 'number' }>, input: unknown): Parsed {
  if (input === '' || input === null || input === undefined) {
    return field.optional ? ok(null) : bad({ code: 'required' })
  }
  // A German keyboard types a comma; the minus sign of the screen is not the one of the keyboard.
  const text = typeof input === 'string' ? input.trim().replace(',', '.').replace('−', '-') : input
  const value = typeof text === 'number' ? text : Number(text)
  if (!Number.isFinite(value)) return bad({ code: 'notANumber' })
  if (field.integer && !Number.isInteger(value)) return bad({ code: 'notWhole' })
  if ((field.least !== null && value < field.least) || (field.most !== null && value > field.most)) {
    return bad({ code: 'range', least: field.least, most: field.most })
  }
  return ok(value)
}

/** The edits that differ from what is in force. */
export function changedValues(
  edits: ReadonlyMap<string, unknown>,
  inForce: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries([...edits].filter(([key, value]) => !Object.is(value, inForce.get(key))))
}
