// The edits of the settings screen: what was typed, what of it fits, and saving it whole.
import type { SettingView } from '@contract/station'
import { ORPCError } from '@orpc/client'
import { useMemo, useState } from 'react'
import { client, describeError, errorCode, type RemoteData, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { showError } from '../../ui'
import { changedValues, type FieldProblem, fieldOf, parseField, type SettingField } from './setting-field'

export interface EditedSetting {
  setting: SettingView
  field: SettingField
  /** What stands in the field. */
  input: unknown
  changed: boolean
  problem: FieldProblem | null
  /** What the engine said about this value, in words. */
  refused: string | null
}

export interface SettingsEdits {
  settings: EditedSetting[]
  changedCount: number
  problemCount: number
  saving: boolean
  edit(key: string, input: unknown): void
  discard(): void
  /** @returns whether it was saved */
  save(): Promise<boolean>
}

export function useSettings(): RemoteData<SettingView[]> {
  const { revision } = useTopic('settings')
  return useRemote((signal) => client.station.settings.list(undefined, { signal }), [revision])
}

/** Key → sentence, where the engine refused single values. */
function refusals(error: unknown): Record<string, string> {
  if (!(error instanceof ORPCError) || errorCode(error) !== 'validation') return {}
  const details: unknown = (error.data as { details?: unknown } | undefined)?.details
  if (typeof details !== 'object' || details === null) return {}
  return Object.fromEntries(Object.entries(details).filter(([, why]) => typeof why === 'string'))
}

export function useSettingsEdits(views: SettingView[], onSaved: (views: SettingView[]) => void): SettingsEdits {
  const [inputs, setInputs] = useState<ReadonlyMap<string, unknown>>(new Map())
  const [refused, setRefused] = useState<Record<string, string>>({})
  const [saving, setSaving] = useState(false)

  const settings = useMemo(
    () =>
      views.map((setting): EditedSetting => {
        const field = fieldOf(setting.schema, setting.key)
        const edited = inputs.has(setting.key)
        const input = edited ? inputs.get(setting.key) : setting.value
        const { value, problem } = parseField(field, input)
        const changed = edited && (problem !== null || !Object.is(value, setting.value))
        return {
          setting,
          field,
          input,
          changed,
          problem: changed ? problem : null,
          refused: refused[setting.key] ?? null,
        }
      }),
    [views, inputs, refused],
  )

  const save = async () => {
    const values = new Map(
      settings
        .filter(({ changed }) => changed)
        .map(({ setting, field, input }) => [setting.key, parseField(field, input).value]),
    )
    const inForce = new Map(views.map((setting) => [setting.key, setting.value]))
    setSaving(true)
    try {
      onSaved(await client.station.settings.update(changedValues(values, inForce)))
      setInputs(new Map())
      setRefused({})
      return true
    } catch (error) {
      setRefused(refusals(error))
      showError(describeError(error))
      return false
    } finally {
      setSaving(false)
    }
  }

  return {
    settings,
    changedCount: settings.filter(({ changed }) => changed).length,
    problemCount: settings.filter(({ problem }) => problem !== null).length,
    saving,
    edit: (key, input) => {
      setInputs((before) => new Map(before).set(key, input))
      setRefused(({ [key]: _, ...others }) => others)
    },
    discard: () => {
      setInputs(new Map())
      setRefused({})
    },
    save,
  }
}
