// The settings service: flags beat the environment, which beats what was saved. Every room reads its settings here.
import { isDeepStrictEqual } from 'node:util'
import { StationError } from '@contract/errors'
import {
  type SettingDefinition,
  type SettingKey,
  type SettingSource,
  type SettingsReader,
  type SettingValue,
  settingKeys,
  settings as table,
} from '@contract/settings'
import type { SettingView } from '@contract/station'
import * as z from 'zod'
import { wordsFor } from './setting-words'
import type { SettingsStore } from './settings-file'

export interface SettingsOptions {
  store: SettingsStore
  /** Values by flag name, as the command line gave them; those that are no settings are left alone. */
  flags?: Readonly<Record<string, unknown>>
  environment?: NodeJS.ProcessEnv
  /** Told about a listener that threw. */
  onListenerError?: (error: unknown) => void
}

/** A saved value that does not fit the table; the default is used in its place. */
export interface SettingProblem {
  key: SettingKey
  value: unknown
  /** One sentence. */
  message: string
}

export interface Settings extends SettingsReader {
  /** Every setting with its value, where it comes from, and its form. */
  all(): SettingView[]
  /**
   * Changes several settings: all of them, or none.
   * @throws StationError `validation` (details: key → sentence), `conflict` for one set by a flag or the environment,
   * `unavailable` when they cannot be saved
   * @returns the keys whose value changed
   */
  update(patch: Readonly<Record<string, unknown>>): Promise<SettingKey[]>
  /** Saved values that were found not to fit when the station started. */
  readonly problems: readonly SettingProblem[]
}

interface Held {
  value: unknown
  source: SettingSource
}

/** @throws StationError `validation` when a flag or an environment variable does not fit */
export function createSettings(options: SettingsOptions): Settings {
  return new SettingsService(options)
}

class SettingsService implements Settings {
  readonly problems: SettingProblem[] = []
  private saved: Record<string, unknown>
  private readonly held = new Map<SettingKey, Held>()
  private readonly listeners = new Set<{ keys: ReadonlySet<SettingKey>; listener: (changed: SettingKey[]) => void }>()
  private writing: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: SettingsOptions) {
    this.saved = { ...options.store.read() }
    for (const key of settingKeys) this.held.set(key, this.resolve(key))
  }

  get<Key extends SettingKey>(key: Key): SettingValue<Key> {
    return this.held.get(key)?.value as SettingValue<Key>
  }

  onChange(keys: readonly SettingKey[], listener: (changed: SettingKey[]) => void): () => void {
    const entry = { keys: new Set(keys), listener }
    this.listeners.add(entry)
    return () => this.listeners.delete(entry)
  }

  all(): SettingView[] {
    return settingKeys.map((key) => {
      const definition = definitionOf(key)
      const { value, source } = this.held.get(key) as Held
      return {
        key,
        group: definition.group,
        value,
        default: definition.default,
        sentence: definition.sentence,
        unit: definition.unit ?? null,
        source,
        locked: isLocked(source),
        restarts: definition.restarts ?? null,
        schema: jsonSchemaOf(key),
      }
    })
  }

  update(patch: Readonly<Record<string, unknown>>): Promise<SettingKey[]> {
    // One after the other: two changes at once must not save over each other.
    const done = this.writing.then(() => this.apply(patch))
    this.writing = done.catch(() => {})
    return done
  }

  private async apply(patch: Readonly<Record<string, unknown>>): Promise<SettingKey[]> {
    const values = this.validate(patch)
    const next = { ...this.saved, ...Object.fromEntries(values) }
    try {
      await this.options.store.write(next)
    } catch (error) {
      throw new StationError(
        'unavailable',
        `The settings cannot be saved: ${(error as Error).message}. Nothing was changed.`,
        undefined,
        { cause: error },
      )
    }
    this.saved = next
    const changed: SettingKey[] = []
    for (const [key, value] of values) {
      if (!isDeepStrictEqual(this.held.get(key)?.value, value)) changed.push(key)
      this.held.set(key, { value, source: 'saved' })
    }
    this.announce(changed)
    return changed
  }

  private validate(patch: Readonly<Record<string, unknown>>): Map<SettingKey, unknown> {
    const values = new Map<SettingKey, unknown>()
    const wrong: [string, string][] = []
    for (const [key, value] of Object.entries(patch)) {
      if (!isSettingKey(key)) {
        wrong.push([key, 'There is no such setting.'])
        continue
      }
      if (value === undefined) continue
      const result = definitionOf(key).schema.safeParse(value)
      if (result.success) values.set(key, result.data)
      else wrong.push([key, wordsFor(result.error, definitionOf(key).unit)])
    }
    if (wrong.length > 0) {
      const said = wrong.map(([key, sentence]) => `${key}: ${sentence}`).join(' ')
      throw new StationError('validation', `Nothing was changed. ${said}`, Object.fromEntries(wrong))
    }
    for (const [key, value] of values) {
      const held = this.held.get(key) as Held
      if (!isLocked(held.source)) continue
      if (!isDeepStrictEqual(held.value, value)) {
        throw new StationError('conflict', lockedSentence(key, held.source), { key, source: held.source })
      }
      values.delete(key)
    }
    return values
  }

  private announce(changed: SettingKey[]): void {
    if (changed.length === 0) return
    for (const { keys, listener } of [...this.listeners]) {
      const concerned = changed.filter((key) => keys.has(key))
      if (concerned.length === 0) continue
      try {
        listener(concerned)
      } catch (error) {
        this.options.onListenerError?.(error)
      }
    }
  }

  private resolve(key: SettingKey): Held {
    const { flag, environment, schema } = definitionOf(key)
    const fromFlag = flag === undefined ? undefined : this.options.flags?.[flag]
    if (fromFlag !== undefined) return { value: fromText(key, fromFlag, `The flag --${flag}`), source: 'flag' }
    const fromEnvironment = environment === undefined ? undefined : this.options.environment?.[environment]
    if (fromEnvironment) {
      return { value: fromText(key, fromEnvironment, `The environment variable ${environment}`), source: 'environment' }
    }
    const saved = this.saved[key]
    if (saved === undefined) return { value: definitionOf(key).default, source: 'default' }
    const result = schema.safeParse(saved)
    if (result.success) return { value: result.data, source: 'saved' }
    const words = wordsFor(result.error, definitionOf(key).unit)
    const message = `The saved setting ${key} does not fit; its default is used. ${words}`
    this.problems.push({ key, value: saved, message })
    return { value: definitionOf(key).default, source: 'default' }
  }
}

const definitionOf = (key: SettingKey): SettingDefinition => table[key] as SettingDefinition
const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(table, key)
const isLocked = (source: SettingSource): boolean => source === 'flag' || source === 'environment'

function lockedSentence(key: SettingKey, source: SettingSource): string {
  const { flag, environment } = definitionOf(key)
  const by = source === 'flag' ? `the flag --${flag}` : `the environment variable ${environment}`
  return `${key} is set by ${by} and cannot be changed here.`
}

/** Reads a value given as text: as it is where the schema takes text, else as a number or a yes-or-no. */
function fromText(key: SettingKey, given: unknown, who: string): unknown {
  const { schema } = definitionOf(key)
  const readings = [given]
  if (typeof given === 'string') {
    if (given.trim() !== '' && Number.isFinite(Number(given))) readings.push(Number(given))
    if (given === 'true' || given === 'false') readings.push(given === 'true')
  }
  for (const reading of readings) {
    const result = schema.safeParse(reading)
    if (result.success) return result.data
  }
  const sentence = wordsFor(schema.safeParse(readings.at(-1)).error as z.ZodError, definitionOf(key).unit)
  throw new StationError('validation', `${who} does not fit (${String(given)}): ${sentence}`, { key })
}

const jsonSchemas = new Map<SettingKey, Record<string, unknown>>()

function jsonSchemaOf(key: SettingKey): Record<string, unknown> {
  let schema = jsonSchemas.get(key)
  if (!schema) {
    const { $schema: _, ...rest } = z.toJSONSchema(definitionOf(key).schema, { io: 'input', unrepresentable: 'any' })
    schema = rest as Record<string, unknown>
    jsonSchemas.set(key, schema)
  }
  return schema
}
