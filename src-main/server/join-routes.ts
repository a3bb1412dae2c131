// The sound of a join, rendered by the engine: bytes beside the contract's transition lab.
import { StationError } from '@contract/errors'
import { joinPreviewInput } from '@contract/transitions'
import type { Context } from 'hono'
import type * as z from 'zod'
import type { AppEnv, ServerDeps, StudioApp } from './context'
import { mayCall } from './router'

export function addJoinRoutes(app: StudioApp, deps: ServerDeps) {
  app.post('/api/queue/:id/join/preview', async (c) => {
    const who = c.get('who')
    if (!who) throw new StationError('unauthorised', 'Sign in first.')
    if (!mayCall(who.role, 'viewer')) throw new StationError('forbidden', 'This needs the role viewer.')
    const { seconds, ...marks } = await readInput(c)
    const sound = await deps.previewJoin({ id: queueId(c), marks, seconds })
    return c.body(sound.wav, 200, {
      'content-type': 'audio/wav',
      'cache-control': 'no-store',
      'x-join-at-seconds': sound.joinAtSeconds.toFixed(6),
      'x-overlap-seconds': sound.overlapSeconds.toFixed(6),
    })
  })
}

function queueId(c: Context<AppEnv>): number {
  const text = c.req.param('id') ?? ''
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new StationError('validation', 'id: an item is named by a whole number.')
  return Number(text)
}

async function readInput(c: Context<AppEnv>): Promise<z.output<typeof joinPreviewInput>> {
  const text = await c.req.text()
  let body: unknown
  try {
    body = text.trim() === '' ? {} : JSON.parse(text)
  } catch {
    throw new StationError('validation', 'The body is no JSON.')
  }
  const parsed = joinPreviewInput.safeParse(body)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw new StationError('validation', issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '), { issues })
}
