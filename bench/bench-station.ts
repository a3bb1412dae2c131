// What a measurement of one room needs of the others.
import type { EventBus } from '../src-contract/events'
import { type SettingsReader, settings } from '../src-contract/settings'
import { runToEnd } from '../src-main/processes'

export const benchFfmpeg = (): string => process.env['WAVEDESK_FFMPEG'] || 'ffmpeg'

/** Every setting at its default. */
export const benchSettings = (changed: Record<string, unknown> = {}): SettingsReader => ({
  get: (key) => (changed[key] ?? settings[key].default) as never,
  onChange: () => () => {},
})

/** Announces to nobody. */
export const benchEvents = (): EventBus => ({ emit: () => {}, on: () => () => {} })

/** Runs a program to its end. @returns its error output */
export async function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  let printed = ''
  const { exit } = await runToEnd({
    ...{ name: `bench.${command}`, job: 'bench', command, args, env: { ...process.env, ...env } },
    onStderrLine: (line) => {
      printed += `${line}\n`
    },
  })
  if (!exit.ok) throw new Error(exit.message)
  return printed
}

export async function isInstalled(command: string): Promise<boolean> {
  const { exit } = await runToEnd({ name: `bench.${command}`, job: 'bench', command, args: ['--version'] })
  return exit.reason === 'exited' && exit.code === 0
}
