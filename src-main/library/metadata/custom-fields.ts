// The station's own fields: which there are, and whether a value fits one.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { CustomField, CustomFieldType } from '@contract/metadata'
import { cleanLine } from '../tags/clean-text'

const mostFields = 200

const isDate = (text: string): boolean => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!parts) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

const yes = new Set(['true', '1', 'yes', 'ja', 'x'])
const no = new Set(['false', '0', 'no', 'nein'])

/** @returns the value as it is kept, or null when it does not fit */
function asKept(type: CustomFieldType, value: string): string | null {
  switch (type) {
    case 'text':
      return value
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(value) && Number.isFinite(Number(value))
        ? String(Number(value))
        : null
    case 'date':
      return isDate(value) ? value : null
    case 'flag':
      return yes.has(value.toLowerCase()) ? 'true' : no.has(value.toLowerCase()) ? 'false' : null
  }
}

const wanted: Record<CustomFieldType, string> = {
  text: 'text',
  number: 'a number, as 12.5',
  date: 'a date, as 2026-05-31',
  flag: 'true or false',
}

export class CustomFields {
  private readonly statements

  constructor(db: DatabaseSync) {
    this.statements = {
      list: db.prepare('SELECT key, name, type, addedAt FROM customFields ORDER BY name COLLATE NOCASE, key'),
      add: db.prepare('INSERT INTO customFields (key, name, type, addedAt) VALUES (?, ?, ?, ?)'),
      rename: db.prepare('UPDATE customFields SET name = ? WHERE key = ?'),
      remove: db.prepare('DELETE FROM customFields WHERE key = ?'),
    }
  }

  list(): CustomField[] {
    return this.statements.list.all().map((row) => ({ ...row })) as unknown as CustomField[]
  }

  /** @throws StationError `not_found` */
  get(key: string): CustomField {
    const field = this.list().find((each) => each.key === key)
    if (!field) throw new StationError('not_found', `There is no field with the key ${key}.`, { key })
    return field
  }

  /** @throws StationError `conflict` when the key is taken */
  add(field: Pick<CustomField, 'key' | 'name' | 'type'>): CustomField {
    const all = this.list()
    if (all.some(({ key }) => key === field.key)) {
      throw new StationError('conflict', `There is a field with the key ${field.key} already.`, { key: field.key })
    }
    if (all.length >= mostFields) {
      throw new StationError('conflict', `There can be at most ${mostFields} fields of the station's own.`)
    }
    this.statements.add.run(field.key, cleanLine(field.name), field.type, Date.now())
    return this.get(field.key)
  }

  rename(key: string, name: string): CustomField {
    this.get(key)
    this.statements.rename.run(cleanLine(name), key)
    return this.get(key)
  }

  remove(key: string): void {
    this.statements.remove.run(key)
  }

  /**
   * @returns the values as they are kept; an empty one takes its field away
   * @throws StationError `validation` for a field there is not, or a value that does not fit its type
   */
  checked(values: Readonly<Record<string, string>>): Record<string, string> {
    const fields = new Map(this.list().map((field) => [field.key, field]))
    return Object.fromEntries(
      Object.entries(values).map(([key, given]) => {
        const value = cleanLine(given)
        if (value === '') return [key, '']
        const field = fields.get(key)
        const named = `custom.${key}`
        if (!field) {
          throw new StationError('validation', `There is no field with the key ${key}. Add it first.`, { field: named })
        }
        const kept = asKept(field.type, value)
        if (kept === null) {
          throw new StationError(
            'validation',
            `${field.name} must be ${wanted[field.type]}; “${value.slice(0, 60)}” is not.`,
            {
              field: named,
            },
          )
        }
        return [key, kept]
      }),
    )
  }
}
