import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SettingDefinition, settingKeys, settings } from '@contract/settings'
import { expect, test } from 'vitest'
import * as z from 'zod'

const file = join(import.meta.dirname, '../../docs/settings.md')
// `npm run reference` sets this.
const accept = process.env['WAVEDESK_ACCEPT_REFERENCE'] === '1'

function allowed({ schema, unit = '' }: SettingDefinition): string {
  const {
    type,
    minimum,
    maximum,
    enum: choices,
    anyOf,
  } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  if (choices) return choices.join(', ')
  const constants = anyOf
    ?.map((one) => (typeof one === 'object' ? one.const : undefined))
    .filter((value) => value !== undefined && value !== '')
  if (constants?.length) return `${constants.join(', ')} ${unit}`.trim()
  if (type === 'boolean') return 'yes or no'
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `${minimum} to ${maximum} ${unit}`.trim()
  const kinds = anyOf?.map((one) => (typeof one === 'object' ? one.type : undefined)) ?? [type]
  return kinds.includes('string') ? 'text' : 'a number, or nothing'
}

/** Those that are different on each computer are said, not shown. */
const shownDefault = (key: string, value: unknown) =>
  key === 'station.timezone'
    ? "this computer's"
    : value === '' || value === null
      ? '–'
      : value === true
        ? 'yes'
        : value === false
          ? 'no'
          : String(value)

function reference(): string {
  const lines = [
    '# Settings',
    '',
    'Made from the table of settings by `npm run reference`. A flag beats the environment, which beats what was saved.',
    '',
  ]
  let group = ''
  for (const key of settingKeys) {
    const definition: SettingDefinition = settings[key]
    if (definition.group !== group) {
      group = definition.group
      lines.push(
        `## ${group[0]?.toUpperCase()}${group.slice(1)}`,
        '',
        '| key | what | values | default | flag, environment |',
        '| --- | --- | --- | --- | --- |',
      )
    }
    const also = [
      definition.flag && `\`--${definition.flag}\``,
      definition.environment && `\`${definition.environment}\``,
    ]
      .filter(Boolean)
      .join(', ')
    const restarts = definition.restarts ? ` Restarts: ${definition.restarts}.` : ''
    lines.push(
      `| \`${key}\` | ${definition.sentence}${restarts} | ${allowed(definition)} | ${shownDefault(key, definition.default)} | ${also || '–'} |`,
    )
    const next = settingKeys[settingKeys.indexOf(key) + 1]
    if (next && settings[next].group !== group) lines.push('')
  }
  return `${lines.join('\n')}\n`
}

test('the reference of the settings says what the table says: npm run reference brings it up to date', () => {
  const text = reference()
  if (accept || !existsSync(file)) writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})
