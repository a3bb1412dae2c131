// Sign-in, set-up and sign-out over HTTP: the only calls that set or clear the session cookie.
import { setupInput, signInInput } from '@contract/access'
import { StationError } from '@contract/errors'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type * as z from 'zod'
import { type AppEnv, type ServerDeps, type StudioApp, sessionCookie } from './context'

async function readJson<Schema extends z.ZodType>(c: Context<AppEnv>, schema: Schema): Promise<z.output<Schema>> {
  const body: unknown = await c.req.json().catch(() => {
    throw new StationError('validation', 'The body of this request must be JSON.')
  })
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw new StationError('validation', issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '), { issues })
}

function keepSession(c: Context<AppEnv>, session: { token: string; expiresAt: number }) {
  setCookie(c, sessionCookie, session.token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: new URL(c.req.url).protocol === 'https:',
    expires: new Date(session.expiresAt),
  })
}

export function addAuthRoutes(app: StudioApp, { access }: ServerDeps) {
  const limit = bodyLimit({
    maxSize: 16 * 1024,
    onError: () => {
      throw new StationError('too_large', 'That is too long for a name and a password.')
    },
  })
  app.post('/api/auth/setup', limit, async (c) => {
    const input = await readJson(c, setupInput)
    const { me, session } = await access.setup(input, { address: c.get('address') })
    keepSession(c, session)
    return c.json(me, 201)
  })
  app.post('/api/auth/sign-in', limit, async (c) => {
    const input = await readJson(c, signInInput)
    const { me, session } = await access.signIn(input, { address: c.get('address') })
    keepSession(c, session)
    return c.json(me)
  })
  app.post('/api/auth/sign-out', async (c) => {
    const token = getCookie(c, sessionCookie)
    if (token) await access.signOut(token)
    deleteCookie(c, sessionCookie, { path: '/' })
    return c.json({ ok: true })
  })
}
