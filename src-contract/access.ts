// Sign-in, sessions and API keys.
import * as z from 'zod'
import { byId, emptySchema, instantSchema, needs, okSchema, roleSchema } from './common'

export const meSchema = z.object({
  /** Null for an API key and for the desktop window. */
  personId: z.number().int().nullable(),
  name: z.string(),
  role: roleSchema,
  via: z.enum(['session', 'key', 'desktop']),
})
export type Me = z.output<typeof meSchema>

export const apiKeySchema = z.object({
  id: z.number().int(),
  name: z.string(),
  role: roleSchema,
  hint: z.string(),
  createdAt: instantSchema,
  lastUsedAt: instantSchema.nullable(),
})
export type ApiKey = z.output<typeof apiKeySchema>

const nameSchema = z.string().trim().min(1).max(100)
const passwordSchema = z.string().min(8, 'At least eight characters.').max(200)
const tags = ['Access']

/** Sign-in and set-up set the session cookie; the HTTP door does that, so they are not part of the RPC surface. */
export const signInInput = z.object({ name: nameSchema, password: z.string().min(1).max(200) }).strict()
export const setupInput = z
  .object({ token: z.string().min(1).max(200), name: nameSchema, password: passwordSchema })
  .strict()

export const accessContract = {
  me: needs('viewer')
    .route({ method: 'GET', path: '/api/auth/me', tags, summary: 'Who am I' })
    .input(emptySchema.optional())
    .output(meSchema),
  keys: {
    list: needs('owner')
      .route({ method: 'GET', path: '/api/auth/keys', tags, summary: 'List API keys' })
      .input(emptySchema.optional())
      .output(z.array(apiKeySchema)),
    create: needs('owner')
      .route({
        method: 'POST',
        path: '/api/auth/keys',
        tags,
        summary: 'Make an API key; it is shown this once',
        successStatus: 201,
      })
      .input(z.object({ name: nameSchema, role: roleSchema.default('viewer') }).strict())
      .output(apiKeySchema.extend({ key: z.string() })),
    remove: needs('owner')
      .route({ method: 'DELETE', path: '/api/auth/keys/{id}', tags, summary: 'Revoke an API key' })
      .input(byId)
      .output(okSchema),
  },
}
