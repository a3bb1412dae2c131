// Shapes that several rooms share.
import { oc } from '@orpc/contract'
import * as z from 'zod'
import { errorStatus } from './errors'
import { type Role, roles } from './roles'

export { type Role, roles } from './roles'
export const roleSchema = z.enum(roles)

/** Least role that may call a procedure; 'public' needs no sign-in. */
export interface ProcedureMeta {
  role: Role | 'public'
}

const errorData = z.object({ details: z.record(z.string(), z.unknown()).optional() }).optional()

const errorMap = Object.fromEntries(
  Object.entries(errorStatus).map(([code, status]) => [code, { status, data: errorData }]),
) as { [Code in keyof typeof errorStatus]: { status: number; data: typeof errorData } }

const base = oc.$meta<ProcedureMeta>({ role: 'owner' }).errors(errorMap)

/** Starts a procedure that needs at least this role. */
export const needs = (role: Role | 'public') => base.meta({ role })

export const idSchema = z.coerce.number().int().positive()
export const byId = z.object({ id: idSchema })
/** Milliseconds since 1970-01-01T00:00Z. */
export const instantSchema = z.number().int()
export const emptySchema = z.object({})
export const okSchema = z.object({ ok: z.literal(true) })

/** What a query string or JSON may say for a yes-or-no. */
export const flagSchema = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

export const pageInput = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
})

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.number().int() })
