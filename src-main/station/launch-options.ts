// What may stand on the command line: the settings that have a flag, and the few things that are no settings.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { StationError } from '@contract/errors'
import { type SettingDefinition, settingKeys, settings } from '@contract/settings'

export interface LaunchOptions {
  dataDir: string
  /** Values of the settings that have a flag, by flag name. */
  flags: Record<string, unknown>
  /** Folders to import and watch. */
  music: string[]
  demo: boolean
  /** A backup copy to put in the place of the database before the station starts. */
  restore: string | null
  /** Opened by `npm start`: print the address for a person, too. */
  open: boolean
  help: boolean
}

interface FlagSpec {
  flag: string
  definition: SettingDefinition
}

const flagged: FlagSpec[] = settingKeys.flatMap((key) => {
  const definition: SettingDefinition = settings[key]
  return definition.flag ? [{ flag: definition.flag, definition }] : []
})

const isYesNo = ({ definition }: FlagSpec) => typeof definition.default === 'boolean'
const isNumber = ({ definition }: FlagSpec) => typeof definition.default === 'number'

function flagValue(spec: FlagSpec, given: unknown): unknown {
  if (!isNumber(spec) || typeof given !== 'string') return given
  if (given.trim() === '' || Number.isNaN(Number(given))) {
    throw new StationError('validation', `--${spec.flag} takes a number, not "${given}".`)
  }
  return Number(given)
}

/** Where the station keeps everything unless it is told. */
export function defaultDataDir(environment: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'win32') return join(environment['APPDATA'] ?? homedir(), 'Wavedesk')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Wavedesk')
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'wavedesk')
}

/**
 * @param args without the program's name
 * @throws StationError validation for an unknown flag or a value of the wrong kind
 */
export function parseLaunchOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): LaunchOptions {
  const own = {
    'data-dir': { type: 'string' },
    music: { type: 'string', multiple: true },
    demo: { type: 'boolean' },
    restore: { type: 'string' },
    open: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const
  const ofSettings = Object.fromEntries(
    flagged.map((spec) => [spec.flag, { type: isYesNo(spec) ? 'boolean' : 'string' } as const]),
  )
  let values: Record<string, unknown>
  try {
    values = parseArgs({
      args: [...args],
      options: { ...ofSettings, ...own },
      strict: true,
      allowPositionals: false,
    }).values
  } catch (error) {
    throw new StationError('validation', `${(error as Error).message.split('. ')[0]}. --help lists the flags.`)
  }
  const flags = Object.fromEntries(
    flagged
      .filter(({ flag }) => values[flag] !== undefined)
      .map((spec) => [spec.flag, flagValue(spec, values[spec.flag])]),
  )
  return {
    dataDir: (values['data-dir'] as string | undefined) ?? environment['DATA_DIR'] ?? defaultDataDir(environment),
    flags,
    music: (values['music'] as string[] | undefined) ?? [],
    demo: values['demo'] === true,
    restore: (values['restore'] as string | undefined) ?? null,
    open: values['open'] === true,
    help: values['help'] === true,
  }
}

/** The text of --help. */
export function helpText(): string {
  const rows: [string, string][] = [
    ['--data-dir DIR', 'Where the station keeps everything. Environment: DATA_DIR.'],
    ['--music DIR', 'A folder of music to import and watch; may be given several times.'],
    ['--demo', 'Add the demo music, its playlist and jingles.'],
    ...flagged.map((spec): [string, string] => {
      const { definition, flag } = spec
      const environment = definition.environment ? ` Environment: ${definition.environment}.` : ''
      const value = isYesNo(spec) ? '' : isNumber(spec) ? ' N' : ' VALUE'
      return [
        `--${flag}${value}`,
        `${definition.sentence}${isYesNo(spec) ? '' : ` Default: ${definition.default}.`}${environment}`,
      ]
    }),
    ['--restore FILE', 'Start from a backup copy; the database that was there is kept beside it.'],
    ['--help', 'This text.'],
  ]
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2
  return `npm run station -- [flags]\n\n${rows.map(([flag, text]) => `  ${flag.padEnd(width)}${text}`).join('\n')}\n`
}
