// What a setting is, and the values several of them take.
import * as z from 'zod'

export type SettingGroup = 'station' | 'network' | 'playout' | 'outputs' | 'live' | 'library' | 'system'

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  group: SettingGroup
  schema: Schema
  default: z.output<Schema>
  /** One sentence an operator understands. */
  sentence: string
  unit?: string
  /** Command-line flag of `npm run station`, without the dashes. */
  flag?: string
  environment?: string
  /** What a change restarts; nothing where it takes effect at once. */
  restarts?: 'station' | 'playout' | 'hls' | 'mounts' | 'rtmp' | 'listener'
}

export const setting = <Schema extends z.ZodType>(definition: SettingDefinition<Schema>): SettingDefinition<Schema> =>
  definition
export const port = z.number().int().min(0).max(65_535)
export const decibels = (least: number, most: number) => z.number().min(least).max(most)
export const bitrate = z.union([32, 48, 64, 96, 128, 160, 192, 256, 320].map((rate) => z.literal(rate)))

export const isZone = (zone: string) => zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone)

/** Where this computer is; UTC where it does not say. */
export function systemZone(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return isZone(zone) ? zone : 'UTC'
}
