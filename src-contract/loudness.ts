// How loud the program was, hour by hour, against the station's target.
import * as z from 'zod'
import { instantSchema, needs } from './common'

/** `within` ±1 LU of the target and under the true peak, `close` ±2 LU, `outside` the rest; `silent` had no sound to judge. */
export const loudnessVerdicts = ['within', 'close', 'outside', 'silent'] as const

export const loudnessHourSchema = z.object({
  startsAt: instantSchema,
  /** How much of the hour was on air. */
  seconds: z.number().int(),
  targetLufs: z.number(),
  ceilingDbtp: z.number(),
  /** After EBU R 128 over the whole hour, gates included; null for silence. */
  integratedLufs: z.number().nullable(),
  /** After EBU Tech 3342; null for silence. */
  loudnessRangeLu: z.number().nullable(),
  maxShortTermLufs: z.number().nullable(),
  maxTruePeakDbtp: z.number().nullable(),
  /** Of the minutes with sound, those more than 1 LU off the target, and more than 2. */
  minutes: z.number().int(),
  minutesOutside1Lu: z.number().int(),
  minutesOutside2Lu: z.number().int(),
  /** Integrated loudness of each minute of the hour; null without sound. */
  minuteLufs: z.array(z.number().nullable()),
  verdict: z.enum(loudnessVerdicts),
})
export type LoudnessHour = z.output<typeof loudnessHourSchema>

export const loudnessContract = {
  compliance: needs('viewer')
    .route({
      method: 'GET',
      path: '/api/loudness/compliance',
      tags: ['Loudness'],
      summary: 'The program’s loudness hour by hour against the target, oldest first',
    })
    .input(
      z.object({
        /** Milliseconds since epoch; the last 24 hours unless told. */
        from: z.coerce.number().int().min(0).optional(),
        to: z.coerce.number().int().min(0).optional(),
      }),
    )
    .output(z.object({ targetLufs: z.number(), ceilingDbtp: z.number(), hours: z.array(loudnessHourSchema) })),
}
